import { css } from 'lit'

/** Navigation beside the view on wide screens, behind a button on narrow ones. */
export const appStyles = css`
  :host {
    height: 100%;
  }

  .skip {
    position: fixed;
    top: var(--gap-3);
    left: var(--gap-3);
    z-index: 30;
  }

  .skip:not(:focus) {
    transform: translateY(-5rem);
  }

  .frame {
    display: grid;
    grid-template-columns: 13rem minmax(0, 1fr);
    height: 100%;
  }

  .bar {
    display: contents;
  }

  .bar > :not(.skip) {
    display: none;
  }

  nav {
    display: flex;
    flex-direction: column;
    gap: var(--gap-4);
    padding: var(--gap-4) var(--gap-3);
    overflow-y: auto;
    border-inline-end: 1px solid var(--line);
    background: var(--surface);
  }

  .brand {
    padding-inline: var(--gap-2);
    color: var(--text);
    font-size: var(--size-large);
    font-weight: 700;
    letter-spacing: -0.02em;
    text-decoration: none;
  }

  ul {
    display: grid;
    gap: 2px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li a {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--gap-3);
    padding: 0.4rem var(--gap-2);
    border-radius: var(--radius);
    color: var(--text);
    text-decoration: none;
  }

  li a:hover {
    background: var(--surface-sunken);
    color: var(--text);
  }

  li a[aria-current] {
    background: var(--accent-soft);
    color: var(--accent-strong);
    font-weight: 600;
  }

  li .badge {
    margin-inline-start: auto;
  }

  .not-private {
    margin-top: auto;
    align-self: start;
  }

  .not-private + .foot {
    margin-top: 0;
  }

  .foot {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin-top: auto;
    padding-inline: var(--gap-2);
  }

  .foot p {
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .foot .row {
    flex-wrap: nowrap;
    gap: 0;
  }

  .stage {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  main {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
  }

  main:focus-visible {
    outline-offset: -2px;
  }

  @media (width <= 50rem) {
    .frame {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto minmax(0, 1fr);
    }

    .bar {
      display: flex;
      align-items: center;
      gap: var(--gap-2);
      padding: var(--gap-1) var(--gap-2);
      border-bottom: 1px solid var(--line);
      background: var(--surface);
      font-weight: 600;
    }

    .bar > :not(.skip) {
      display: inline-flex;
    }

    nav {
      position: fixed;
      inset: 2.9rem 0 0;
      z-index: 10;
      visibility: hidden;
      border: 0;
    }

    nav.open {
      visibility: visible;
    }

    nav .brand {
      display: none;
    }

    li a {
      padding-block: 0.65rem;
    }
  }
`
