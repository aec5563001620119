/**
 * Things dragged over the page. The program takes native drops itself, so the page only keeps the
 * browser from opening them and shows that they are welcome; it reads neither paths nor addresses.
 */
export class Drag {
  #depth = 0;

  constructor(private readonly show: (dragging: boolean) => void) {}

  enter = (event: DragEvent): void => {
    event.preventDefault();
    this.#depth += 1;
    this.show(true);
  };

  over = (event: DragEvent): void => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };

  leave = (event: DragEvent): void => {
    event.preventDefault();
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 0) this.show(false);
  };

  drop = (event: DragEvent): void => {
    event.preventDefault();
    this.#depth = 0;
    this.show(false);
  };
}
