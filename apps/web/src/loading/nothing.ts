/** In the place of packages of which a web process uses nothing (`hooks.ts`). */
export {};
