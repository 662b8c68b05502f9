import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  Radios,
  SkipLink,
  Tabs,
} from 'govuk-frontend';

/** Every component works without this; it makes them kinder. Only those that stand on the page are started. */
const components = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  FileUpload,
  NotificationBanner,
  Radios,
  SkipLink,
  Tabs,
];

for (const component of components) {
  if (document.querySelector(`[data-module="${component.moduleName}"]`)) createAll(component);
}

document.querySelectorAll<HTMLElement>('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});
