/** Handlebars in one file. The package's own door loads the same in forty, each with its source map written inside. */
declare module 'handlebars/dist/handlebars.js' {
  import Handlebars from 'handlebars';

  export default Handlebars;
}
