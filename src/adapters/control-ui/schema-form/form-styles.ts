import { css } from 'lit'

/** How fields and groups of a form stand. */
export const formStyles = css`
  .setting {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 22rem);
    gap: var(--gap-2) var(--gap-5);
    padding-block: var(--gap-3);
  }

  .setting > .control {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: var(--gap-1);
  }

  .setting .name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
    overflow-wrap: anywhere;
  }

  .setting textarea {
    min-block-size: 4.5rem;
    resize: vertical;
  }

  .set::before {
    content: '';
    inline-size: 0.5rem;
    block-size: 0.5rem;
    border-radius: 50%;
    background: var(--accent);
  }

  details {
    border-block-start: 1px solid var(--line);
  }

  summary {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
    padding-block: var(--gap-3);
    font-weight: 500;
    cursor: pointer;
    list-style: none;
  }

  summary::before {
    content: '';
    inline-size: 0.45rem;
    block-size: 0.45rem;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
  }

  details[open] > summary::before {
    transform: rotate(45deg);
  }

  details > .inside {
    padding-inline-start: var(--gap-4);
    border-inline-start: 2px solid var(--line);
    margin-block-end: var(--gap-3);
  }

  .adding {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
    padding-block: var(--gap-3);
  }

  .adding input {
    inline-size: min(100%, 18rem);
  }

  @media (max-width: 48rem) {
    .setting {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
