import tseslint from 'typescript-eslint';

/**
 * Few rules, each of which has caught a real fault: lost promises above all. Style is Prettier's business, types are
 * the compiler's, and the order of the libs is that of test/architecture.spec.ts.
 */
export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data*/', 'coverage/', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        // Constructor arguments of decorated classes are values at run time, so they must not become type imports.
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
      },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-expressions': 'error',
      'no-async-promise-executor': 'error',
      'no-constant-binary-expression': 'error',
      'no-debugger': 'error',
      'no-promise-executor-return': 'off',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  // People and log collectors read structured logs; only commands and the launcher speak to a terminal.
  { files: ['libs/**/*.ts'], ignores: ['**/*.spec.ts', 'libs/*/browser/**'], rules: { 'no-console': 'error' } },
  // Jest's expect(...).rejects returns a promise that must be awaited, which no-floating-promises sees.
  { files: ['**/*.spec.ts'], rules: { '@typescript-eslint/no-base-to-string': 'off' } },
);
