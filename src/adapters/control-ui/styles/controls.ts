import { css } from 'lit'

/** Buttons, fields, tables, cards and badges as every view shows them. */
export const controls = css`
  :host {
    display: block;
    color: var(--text);
    font: var(--size-body) / 1.5 var(--font);
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p {
    margin: 0;
  }

  h1 {
    font-size: var(--size-heading);
    line-height: 1.25;
    letter-spacing: -0.01em;
  }

  h2 {
    font-size: var(--size-large);
    line-height: 1.3;
  }

  h3 {
    font-size: var(--size-body);
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  a:hover {
    color: var(--accent-strong);
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  code,
  pre,
  .code {
    font-family: var(--font-code);
    font-size: 0.92em;
  }

  pre code {
    font-size: inherit;
  }

  pre {
    margin: 0;
    padding: var(--gap-3);
    overflow: auto;
    border-radius: var(--radius);
    background: var(--surface-sunken);
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--gap-2);
    min-height: 2.25rem;
    padding: 0.3rem 0.8rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }

  button:hover:not(:disabled),
  .button:hover {
    background: var(--surface-sunken);
    color: var(--text);
  }

  button:disabled {
    border-color: var(--line);
    color: var(--text-muted);
    cursor: not-allowed;
  }

  button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }

  button.primary:hover:not(:disabled) {
    background: var(--accent-strong);
    color: var(--on-accent);
  }

  button.primary:disabled {
    background: var(--line);
    color: var(--text-muted);
  }

  button.danger {
    border-color: var(--danger);
    color: var(--danger);
  }

  button.danger.primary {
    background: var(--danger);
    color: var(--on-danger);
  }

  button.quiet {
    border-color: transparent;
    background: transparent;
  }

  button.small {
    min-height: 1.75rem;
    padding: 0.1rem 0.5rem;
    font-size: var(--size-small);
  }

  button.icon {
    width: 2.25rem;
    padding: 0;
  }

  input,
  select,
  textarea {
    width: 100%;
    min-height: 2.25rem;
    padding: 0.35rem 0.6rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }

  select {
    text-overflow: ellipsis;
  }

  input[type='checkbox'],
  input[type='radio'] {
    width: 1.1rem;
    min-height: 1.1rem;
    height: 1.1rem;
    margin: 0;
    accent-color: var(--accent);
  }

  input::placeholder,
  textarea::placeholder {
    color: var(--text-muted);
    opacity: 1;
  }

  [aria-invalid='true'] {
    border-color: var(--danger);
  }

  label,
  .label {
    display: block;
    font-weight: 500;
  }

  .field {
    display: grid;
    gap: var(--gap-1);
  }

  .hint,
  .muted {
    color: var(--text-muted);
  }

  .hint,
  .small {
    font-size: var(--size-small);
  }

  .error {
    color: var(--danger);
  }

  .page {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-5);
    max-width: 88rem;
    margin: 0 auto;
    padding: var(--gap-5);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--gap-3);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
  }

  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: var(--gap-3);
  }

  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
    gap: var(--gap-4);
  }

  .card {
    min-width: 0;
    padding: var(--gap-4);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--surface);
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.35em;
    padding: 0.05rem 0.55rem;
    border-radius: 1rem;
    background: var(--surface-sunken);
    color: var(--text);
    font-size: var(--size-small);
    font-weight: 500;
    white-space: nowrap;
  }

  .badge.ok {
    background: var(--ok-soft);
    color: var(--ok);
  }

  .badge.warn {
    background: var(--warn-soft);
    color: var(--warn);
  }

  .badge.danger {
    background: var(--danger-soft);
    color: var(--danger);
  }

  .badge.info {
    background: var(--info-soft);
    color: var(--info);
  }

  .notice {
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--radius);
    background: var(--info-soft);
    color: var(--text);
  }

  .notice.warn {
    background: var(--warn-soft);
  }

  .notice.danger {
    background: var(--danger-soft);
  }

  /** Code with a button over its corner: what is longer goes under it unseen. */
  .copied {
    position: relative;
  }

  .copied mayros-copy {
    position: absolute;
    top: var(--gap-1);
    right: var(--gap-1);
    border-radius: var(--radius);
    background: var(--surface-sunken);
  }

  .copied pre {
    padding-inline-end: 3rem;
  }

  .scroll-x {
    overflow-x: auto;
  }

  table {
    width: 100%;
    border-collapse: collapse;
  }

  th,
  td {
    padding: var(--gap-2) var(--gap-3);
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: top;
  }

  :is(th, td):first-child {
    padding-inline-start: 0;
  }

  :is(th, td):last-child {
    padding-inline-end: 0;
  }

  th {
    color: var(--text-muted);
    font-size: var(--size-small);
    font-weight: 500;
    white-space: nowrap;
  }

  .number {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (max-width: 40rem) {
    .page {
      padding: var(--gap-4);
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`
