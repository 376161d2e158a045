// The sockets that handOver() is moving, or has moved.

/** Gives its fields to any object. */
const Giving = function (to: object): object {
  return to;
} as unknown as new (to: object) => object;

/** A mark that nobody else sees. A WeakMap takes ten times as long, and each collection again. */
class Mark extends Giving {
  #leaves = false;

  static set(socket: object, leaves: boolean): void {
    const marked = #leaves in socket ? (socket as Mark) : new Mark(socket);
    marked.#leaves = leaves;
  }

  static get(socket: object): boolean {
    return #leaves in socket && (socket as Mark).#leaves;
  }
}

export const isLeaving = (socket: object): boolean => Mark.get(socket);

export const setLeaving = (socket: object, leaves: boolean): void => Mark.set(socket, leaves);
