import { css } from 'lit'

/** A column of messages: the person's on the right, the agent's across. */
export const messageListStyles = css`
  :host {
    position: relative;
    display: block;
    min-height: 0;
  }

  .scroller {
    height: 100%;
    overflow-y: auto;
    outline-offset: -2px;
  }

  .rows {
    max-width: 52rem;
    margin: 0 auto;
    padding: var(--gap-4);
  }

  .entry {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-2);
    padding-block: var(--gap-2);
  }

  .entry.user {
    width: fit-content;
    max-width: min(85%, 40rem);
    margin-block: var(--gap-2);
    margin-inline-start: auto;
    padding: var(--gap-2) var(--gap-4);
    border-radius: var(--radius-large);
    background: var(--accent-soft);
  }

  .entry.user .about,
  .entry.user .about * {
    color: var(--text-muted);
  }

  .entry img {
    max-width: 100%;
    max-height: 16rem;
    border-radius: var(--radius);
  }

  .plain {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .about {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2);
    color: var(--text-muted);
    font-size: var(--size-small);
  }

  .thought {
    color: var(--text-muted);
  }

  .divider {
    display: flex;
    align-items: center;
    gap: var(--gap-3);
    margin-block: var(--gap-4);
    color: var(--text-muted);
    font-size: var(--size-small);
  }

  .divider::before,
  .divider::after {
    flex: 1;
    border-top: 1px solid var(--line);
    content: '';
  }

  .dots {
    width: 0.6rem;
    height: 0.6rem;
    border-radius: 50%;
    background: var(--accent);
    animation: pulse 1.2s ease-in-out infinite;
  }

  @keyframes pulse {
    50% {
      opacity: 0.25;
    }
  }

  .pending {
    padding-block: var(--gap-5);
    color: var(--text-muted);
    text-align: center;
  }

  .newest {
    position: absolute;
    right: var(--gap-4);
    bottom: var(--gap-3);
    border-radius: 50%;
    box-shadow: var(--shadow);
  }
`
