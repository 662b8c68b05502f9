/** What a shop hears and feels. Browsers allow sound only after somebody has touched the page. */
export class Sounds {
  private audio: AudioContext | null = null;

  /** Call it when the page is touched. */
  wake(): void {
    try {
      this.audio ??= new AudioContext();
      void this.audio.resume();
    } catch {
      this.audio = null;
    }
  }

  /** Two notes that rise. */
  yes(): void {
    this.notes([660, 990], 0.12, 'sine');
    this.buzz([90]);
  }

  /** Two low notes, so that it is told from the other with eyes shut. */
  no(): void {
    this.notes([220, 165], 0.22, 'triangle');
    this.buzz([200, 100, 200]);
  }

  private notes(pitches: number[], seconds: number, wave: OscillatorType): void {
    if (this.audio?.state !== 'running') return;
    pitches.forEach((pitch, index) => {
      const starts = this.audio!.currentTime + index * seconds;
      const [tone, loudness] = [this.audio!.createOscillator(), this.audio!.createGain()];
      tone.type = wave;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.25, starts);
      loudness.gain.exponentialRampToValueAtTime(0.001, starts + seconds);
      tone.connect(loudness).connect(this.audio!.destination);
      tone.start(starts);
      tone.stop(starts + seconds);
    });
  }

  private buzz(pattern: number[]): void {
    // Not every phone has it, and Chromium refuses it before the first touch.
    if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) navigator.vibrate(pattern);
  }
}
