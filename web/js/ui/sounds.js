/**
 * Sounds of the desk, made by oscillators: each event has its own shape, so that it is known without looking.
 * A browser lets nothing sound before a person has pressed something; `ready` says whether it may.
 */

/** @typedef {"ring"|"line"|"left"|"lost"|"call"|"page"} Sound */

/** Notes as [start in seconds, hertz, length]. @type {Record<Sound, [number, number, number][]>} */
const SHAPES = {
  ring: [[0, 523, .22], [.24, 659, .22], [.48, 784, .4]],
  line: [[0, 880, .12]],
  left: [[0, 587, .2], [.22, 440, .35]],
  call: [[0, 659, .15], [.18, 659, .15]],
  page: [[0, 988, .15], [.2, 784, .15], [.4, 988, .15], [.6, 784, .3]],
  lost: [[0, 262, .18], [.3, 262, .18], [.6, 262, .18]],
};

export class Sounds {
  /** @type {AudioContext | null} */
  #context = null;
  /** 0 to 10. */
  volume = 6;
  muted = false;

  get ready() {
    return this.#context?.state === "running";
  }

  /** Called from a press; false where there is no sound at all. */
  async unlock() {
    try {
      this.#context ??= new AudioContext();
      await this.#context.resume();
    } catch {
      return false;
    }
    return this.ready;
  }

  /** @param {Sound} name */
  play(name) {
    if (this.muted || this.volume === 0 || !this.#context || !this.ready) return;
    for (const [start, hertz, length] of SHAPES[name]) this.#note(this.#context, start, hertz, length);
  }

  /** @type {(context: AudioContext, start: number, hertz: number, length: number) => void} */
  #note(context, start, hertz, length) {
    const [at, loud] = [context.currentTime + start, (this.volume / 10) ** 2 * .4];
    const tone = new OscillatorNode(context, { type: "triangle", frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + .02);
    gain.gain.exponentialRampToValueAtTime(.0001, at + length);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}
