/** What PDFKit's list of a file's pages is asked: the numbers of their objects, four bytes for each page. */
export class PageList {
  private numbers = new Uint32Array(1024);
  private length = 0;

  push({ id }: { id: number }): void {
    if (this.length === this.numbers.length) {
      const more = new Uint32Array(this.length * 2);
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers[this.length++] = id;
  }

  /** As it stands in the file (ISO 32000-1, 7.7.3.2). PDFKit takes a plain object for a dictionary: see the tag. */
  toString(): string {
    return `[${Array.from(this.numbers.subarray(0, this.length), (id) => `${id} 0 R`).join(' ')}]`;
  }

  get [Symbol.toStringTag](): string {
    return 'PageList';
  }
}
