/** The part of govuk-frontend 6 that is used here; the package has no types of its own. */
declare module 'govuk-frontend' {
  export interface Component {
    readonly moduleName: string;
    new (root: Element | null): unknown;
  }
  export const Button: Component;
  export const CharacterCount: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const ExitThisPage: Component;
  export const FileUpload: Component;
  export const NotificationBanner: Component;
  export class Radios {
    static readonly moduleName: string;
    constructor(root: Element | null);
    syncConditionalRevealWithInputState(input: HTMLInputElement): void;
  }
  export const SkipLink: Component;
  export const Tabs: Component;
  export function createAll(component: Component): unknown[];
}
