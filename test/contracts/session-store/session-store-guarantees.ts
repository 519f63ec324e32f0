import type { Guarantee } from '../kit/guarantee.js'

/** Everything `sessionStoreContract` checks, by number. */
export const SESSION_STORE_GUARANTEES = {
  S1: {
    promise: 'a session that was put is read back whole, by key and by transcript; an unknown one is null',
    because: 'every field of a session is shown to some client or decides how it is answered',
  },
  S2: {
    promise: 'putting a session replaces everything its key had',
    because: 'a session that was reset must not inherit a field of the one before',
  },
  S3: {
    promise: 'an update changes the named fields, keeps the others, and null clears a field',
    because: 'a run and a person change different fields of one session',
  },
  S4: {
    promise: 'an update of an unknown key creates `otherwise` with the changes applied',
    because: 'the first message of a session must not have to look whether it is the first',
  },
  S5: {
    promise: 'updates of different fields that are under way at once all survive',
    because: 'clients patch a session while its run counts tokens',
  },
  S6: {
    promise: 'a label belongs to one session, whatever the case of its letters',
    because: 'people address sessions by label, and must reach the one they mean',
  },
  S7: {
    promise: 'a label is free again once its session dropped it, changed it or was deleted',
    because: 'a name nobody uses must not be lost for ever',
  },
  S8: {
    promise: 'deleting takes a session out of the index; deleting an unknown one does nothing',
    because: 'a delete that is repeated after a lost answer must end the same way',
  },
  S9: {
    promise: 'of two keys that point at one transcript, the one touched last is found by its id',
    because: 'clients resume by transcript id and expect the conversation they saw last',
  },
  L1: {
    promise: 'lists are newest first, and by key where times are equal',
    because: 'a list that changes its order from call to call cannot be paged or compared',
  },
  L2: {
    promise: 'entries in a list are the whole entries',
    because: 'rows are built from the list without asking again for each',
  },
  L3: {
    promise: 'a limit keeps the newest',
    because: 'a client that asks for fifty of ten thousand wants the fifty in use',
  },
  L4: {
    promise: 'agent, label and parent narrow without regard to case',
    because: 'keys and names are typed by people',
  },
  L5: {
    promise: 'a search finds parts of displayName, label, subject, sessionId and key, without regard to case',
    because: 'wildcards of the storage language in the words of a person must mean nothing',
  },
  L6: {
    promise: 'global and unknown are shown on request only, single cron runs never; all of them count',
    because: 'lists are for conversations, the count is for operators',
  },
  T1: {
    promise: 'entries come back whole and oldest first; an unknown transcript is empty',
    because: 'a transcript is what the model is told next time',
  },
  T2: {
    promise: 'reading the newest `last` entries gives them oldest first',
    because: 'history is shown from its end, and read from its beginning',
  },
  T3: {
    promise: 'archiving moves all but the newest entries aside, where they stay readable',
    because: 'compaction shortens what a model reads, not what a person keeps',
  },
  T4: {
    promise: 'archives of one transcript follow each other, oldest first, and a cleared transcript can go on',
    because: 'a long conversation is reset and compacted many times',
  },
  T5: {
    promise: 'archiving where there is nothing to move makes no archive',
    because: 'an empty archive would be shown as a part of the conversation',
  },
  T6: {
    promise: 'a long transcript with a large entry loses nothing',
    because: 'tools return megabytes, and conversations last for months',
  },
  T7: {
    promise: 'deleting a session leaves its transcript and archives readable',
    because: 'a delete by mistake must not destroy what was said',
  },
  T8: {
    promise: 'a summary takes the place of the oldest entries, which stay readable; what follows stays as it is',
    because: 'the model goes on from the summary and the newest messages, a person may read all of it',
  },
  T9: {
    promise: 'a summary of entries that left the live transcript changes nothing',
    because: 'a conversation may be reset while a model still writes its summary',
  },
  T10: {
    promise: 'a transcript that is forgotten is gone with its archives, and no other one is; its id may begin anew',
    because: 'what somebody asked not to be kept must not be found later',
  },
  T11: {
    promise: 'what was put aside is listed by the key it belonged to, whatever transcripts that key has had since',
    because: 'people look for an old conversation by where they had it, and a reset gives it another transcript',
  },
  T12: {
    promise: 'of an archive the newest entries can be read alone',
    because: 'a conversation of years must not be read whole to show its end',
  },
  R1: {
    promise: 'an accepted run is read back whole; an unknown one is null',
    because: 'after a crash the run is repeated from this record alone',
  },
  R2: {
    promise: 'a run id is accepted once; the refused commit changes nothing',
    because: 'a client that sends a message again after a lost answer must not be answered twice',
  },
  R3: {
    promise: 'a run goes from accepted to running to its end, keeping what it was asked',
    because: 'somebody who waits for a run may ask for it at any time',
  },
  R4: {
    promise: 'the first end stands: an ended or unknown run is neither started nor finished again',
    because: 'a run that was aborted must not turn out well afterwards',
  },
  R5: {
    promise: 'a running run is not started anew',
    because: 'its start time is what time-outs and reports are counted from',
  },
  R6: {
    promise: 'unfinished runs come in the order they were accepted, whatever their ids and times',
    because: 'recovery answers messages in the order in which people sent them',
  },
  R7: {
    promise: 'forgetting drops runs that ended before the time given, and no others',
    because: 'the ledger must not grow for ever, nor forget what somebody waits for',
  },
  R8: {
    promise: 'a run put back in line is accepted, begun and not started, in its old place; one that ended stays ended',
    because: 'a restart must not cost the work it interrupts, nor change the order in which people asked',
  },
  R9: {
    promise: 'runs that were merged into another never start, and end with it, naming it; its usage is told once',
    because: 'messages that are answered together are accepted one by one, and each is waited for',
  },
  R10: {
    promise: 'a withdrawn run has ended, and is unfinished and never forgotten until its question was written',
    because: 'what somebody said is part of the conversation, even if they took back that they want an answer',
  },
  U1: {
    promise: 'calls of models add up: tokens, costs, messages, and how many have no known cost',
    because: 'operators pay for them, and must see what is missing from a sum',
  },
  U2: {
    promise: 'sums are told apart by session, model, agent and channel, the one with the newest call first',
    because: 'who asks what a day cost asks next who it was',
  },
  U3: {
    promise: 'a time, a session, a transcript and a number of newest sessions narrow what is added up',
    because: 'a view shows a month or one conversation, not ten thousand',
  },
  U4: {
    promise: 'days are told apart on the clock that is asked for, also where that clock is set forward or back',
    because: 'a call late in the evening belongs to the day on which its people saw it',
  },
  U5: {
    promise: 'tools are counted, the most wanted first',
    because: 'what an agent does all day shows in what it asks for',
  },
  U6: {
    promise: 'of answers whose time is known come count, average, shortest, longest and the time of nineteen in twenty',
    because: 'an average hides the answers that people complain about',
  },
  U7: {
    promise: 'the calls of a conversation come in order, neighbours added up to the number of points asked for',
    because: 'a curve of a long conversation is drawn with as many points as of a short one',
  },
  U8: {
    promise: 'the oldest calls before a time are forgotten, no more of them than asked for',
    because: 'the ledger must not grow for ever, and cleaning up must not hold up a commit',
  },
  M1: {
    promise: 'a taken message is undone, whole and in order, until it is done, and known from then on',
    because: 'what a network was told is received is answered after a crash, and once',
  },
  M2: {
    promise: 'a message that is known is not taken again, done or not',
    because: 'networks deliver again what they doubt was received, also after a restart',
  },
  M3: {
    promise: 'only the ids of done messages are forgotten, and only those taken before the time given',
    because: 'ids must not pile up for ever, and no message may be lost with them',
  },
  M4: {
    promise: 'what is to be said waits in order with how much of it was sent, until it was sent or given up',
    because: 'a crash in the middle of a long answer must not send its beginning again',
  },
  M5: {
    promise: 'an entry is added once; what was sent or given up is not touched by later steps',
    because: 'a step that is repeated after a lost answer must end the same way',
  },
  M6: {
    promise: 'dead letters keep what was to be said and why it was not, the newest first, until they are forgotten',
    because: 'somebody has to find out what never arrived',
  },
  M7: {
    promise: 'when a chat of an account has a new id, what waits for it goes there, and nothing else does',
    because: 'networks turn groups into others with new ids while answers are on their way',
  },
  M8: {
    promise: 'mail changes in one commit with runs, or not at all',
    because: 'a message that is done without its run is never answered, one with it is answered twice',
  },
  C1: {
    promise: 'a step that is refused undoes every step before it, of every kind',
    because: 'a question without its run, or an answer without its question, is a broken conversation',
  },
  C2: {
    promise: 'steps apply in order within a commit',
    because: 'a reset archives what was said before it writes what comes next',
  },
  C3: {
    promise: 'commits take effect in the order they were called, though nobody waits in between',
    because: 'events of one session are written as they come, without waiting for the disk',
  },
  C4: {
    promise: 'a refused commit leaves the commits called around it alone',
    because: 'commits that share a transaction belong to different clients',
  },
  C5: {
    promise: 'reads see what resolved before them',
    because: 'a client that was told "done" must find it done',
  },
  C6: {
    promise: 'an empty commit is a commit',
    because: 'callers compute their steps, and sometimes there are none',
  },
  C7: {
    promise: 'a commit writes what it was handed at the call, whatever becomes of those objects',
    because: 'a store that writes later must not write what came later',
  },
  C8: {
    promise: 'what a read returns is no way into the store',
    because: 'callers shape what they read before they show it',
  },
  O1: {
    promise: 'before it is open, every operation is refused with store-closed',
    because: 'a gateway that is still starting must not seem to have lost its sessions',
  },
  O2: {
    promise: 'after it was closed, every operation is refused with store-closed',
    because: 'a write that nobody keeps must not look like a success',
  },
  O3: {
    promise: 'opening twice and closing twice is harmless, also at once; closing unopened is too',
    because: 'a start that fails half-way and a shutdown from two causes both happen',
  },
  O4: {
    promise: 'a closed store can be opened again',
    because: 'a restart in process uses the same store',
  },
  O5: {
    promise: 'closing finishes the commits that were called before',
    because: 'the last answer before a shutdown must not be lost',
  },
  O6: {
    promise: 'a store says where it keeps its data',
    because: 'clients are told where archives are, and operators where to look',
  },
  D1: {
    promise: 'another store object on the same data finds everything',
    because: 'a restart must not lose a conversation, a label or an accepted run',
    needs: '`durable` in the harness',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type SessionStoreGuaranteeId = keyof typeof SESSION_STORE_GUARANTEES
