type Read = (picture: ImageData) => Promise<string | null>;

interface NativeDetector {
  detect(picture: ImageData): Promise<{ rawValue: string }[]>;
}

interface NativeDetectors {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

/** Where the reader for browsers without one of their own lies. */
export interface ReaderAddresses {
  script: string;
  wasm: string;
}

/** Pictures are looked at this often, in milliseconds: enough to feel at once, and kind to an old phone. */
const pause = 90;
/** Side of the square that is looked at, in pixels: a version 8 code at arm's length still has 5 for each module. */
const side = 720;

/** The camera of the phone, and what it reads, one text after another until it is stopped. */
export class Camera {
  private stream: MediaStream | null = null;
  private read: Promise<Read> | null = null;
  private turn = 0;
  private readonly canvas = document.createElement('canvas');

  /**
   * @param video what pictures are taken from; it must be laid out at all times, for some browsers stop hidden ones
   * @param preview what people see
   */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly preview: HTMLVideoElement,
    private readonly addresses: ReaderAddresses,
  ) {}

  /** Whether this browser has a camera for us: not by plain http, for one. */
  get possible(): boolean {
    return typeof navigator.mediaDevices?.getUserMedia === 'function';
  }

  get isOn(): boolean {
    return this.stream !== null;
  }

  /**
   * Turns the camera on, and tells each text that it reads, the same one again and again while it is seen.
   * @param lost told when the device takes the camera away
   * @throws what the browser throws when there is no camera, or none for us
   */
  async start(seen: (text: string) => void, lost: () => void): Promise<boolean> {
    this.stop();
    const turn = ++this.turn;
    this.read ??= this.makeReader();
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    if (turn !== this.turn) {
      stream.getTracks().forEach((track) => track.stop());
      return false;
    }
    this.stream = stream;
    this.track?.addEventListener('ended', () => {
      if (turn === this.turn) lost();
    });
    this.video.srcObject = this.preview.srcObject = stream;
    await Promise.all([this.video.play(), this.preview.play().catch(() => undefined)]);
    void this.watch(turn, seen);
    return true;
  }

  stop(): void {
    this.turn++;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = this.preview.srcObject = null;
  }

  /** Whether the phone has a light that can be switched on. */
  get hasTorch(): boolean {
    const abilities = this.track?.getCapabilities?.() as { torch?: boolean } | undefined;
    return abilities?.torch === true;
  }

  async torch(on: boolean): Promise<void> {
    await this.track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
  }

  /** Fetched while the camera starts; when that fails, the next scan tries again. */
  private makeReader(): Promise<Read> {
    const making = makeReader(this.addresses);
    making.catch(() => (this.read = null));
    return making;
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }

  private async watch(turn: number, seen: (text: string) => void): Promise<void> {
    const read = await this.read!.catch(() => null);
    while (read && turn === this.turn) {
      const picture = this.picture();
      const text = picture && (await read(picture).catch(() => null));
      if (turn !== this.turn) return;
      if (text) seen(text);
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  /** The square in the middle of what the camera sees. */
  private picture(): ImageData | null {
    const { videoWidth: width, videoHeight: height } = this.video;
    const cut = Math.min(width, height);
    if (!cut) return null;
    const size = Math.min(cut, side);
    this.canvas.width = this.canvas.height = size;
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(this.video, (width - cut) / 2, (height - cut) / 2, cut, cut, 0, 0, size, size);
    return context.getImageData(0, 0, size, size);
  }
}

/** The browser's own reader where it has one, else ours. */
async function makeReader({ script, wasm }: ReaderAddresses): Promise<Read> {
  const own = (globalThis as { BarcodeDetector?: NativeDetectors }).BarcodeDetector;
  if (own && (await own.getSupportedFormats().catch((): string[] => [])).includes('qr_code')) {
    const detector = new own({ formats: ['qr_code'] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
  }
  const { zxingReader } = (await import(script)) as typeof import('../qr-reader.js');
  return zxingReader(wasm);
}
