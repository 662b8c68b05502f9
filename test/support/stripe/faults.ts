/** What goes wrong with one request. */
export type Fault =
  /** Refused before anything was done. */
  | 'rate limit'
  | 'unavailable'
  /** Begun, broken, and kept under its key: the same again gets the same. */
  | 'error'
  /** Never came: the line broke on the way there. */
  | 'lost request'
  /** Done, and the line broke on the way back. */
  | 'lost answer';

interface Planned {
  method: string;
  path: RegExp;
  fault: Fault | Held;
  times: number;
}

/** A request that is held in the middle: done, and not yet answered. */
export interface Held {
  /** Waits until it is there. */
  arrived: Promise<void>;
  release(): void;
}

interface Gate extends Held {
  arrive(): void;
  open: Promise<void>;
}

/** Faults that are planned for requests to come. */
export class Faults {
  private planned: Planned[] = [];

  plan(method: string, path: RegExp, fault: Fault, times = 1): void {
    this.planned.push({ method, path, fault, times });
  }

  /** Holds the next such request after it was done and before it is answered. */
  hold(method: string, path: RegExp): Held {
    const gate = {} as Gate;
    gate.arrived = new Promise<void>((resolve) => (gate.arrive = resolve));
    gate.open = new Promise<void>((resolve) => (gate.release = resolve));
    this.planned.push({ method, path, fault: gate, times: 1 });
    return gate;
  }

  /** All is well again. */
  clear(): void {
    this.planned = [];
  }

  /** The fault that is planned for this request, once for each time that was asked for. */
  take(method: string, path: string): Fault | Gate | null {
    const found = this.planned.find((each) => each.method === method && each.path.test(path));
    if (!found) return null;
    found.times--;
    if (found.times === 0) this.planned = this.planned.filter((each) => each !== found);
    return found.fault as Fault | Gate;
  }
}
