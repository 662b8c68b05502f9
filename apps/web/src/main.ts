import './loading/hooks.js';

// Not imported like the former: all that is imported so is read before any of it runs.
await import('./serve.js');
