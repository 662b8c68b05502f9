/** Says yes at most once a second: looking for changed files on every request would cost more than the request. */
export class NowAndThen {
  private last = -Infinity;

  due(): boolean {
    const now = performance.now();
    if (now - this.last < 1000) return false;
    this.last = now;
    return true;
  }
}
