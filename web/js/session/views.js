/**
 * What a screen may know: the views that a session shows, and what a screen may ask of it.
 * Types only; nothing here runs, and no page loads this file. A view is a frozen value, replaced at every change:
 * the session dispatches `change`, the screen reads `session.view` and draws it.
 */

/**
 * One line of talk, own or another's.
 * @typedef {object} Line
 * @property {string} id                     msg_id in hex
 * @property {"text"|"card"|"help"|"note"} kind     card = the 112 card; help = a source of help, with a phone number; note = said by this page (joined, left, a message is missing, could not be read)
 * @property {boolean} mine
 * @property {string} name                   duty name, "" for the visitor and for notes
 * @property {string} text                   text; for card and note: the string's id in the catalogue
 * @property {Record<string,string>} values  what the string's places are filled with
 * @property {number} at                     minutes since the Unix epoch, as the writer said
 * @property {"draft"|"sending"|"sent"|"received"|"held"|"none"} mark   held = waits for "send to everyone here?"
 */

/**
 * @typedef {object} Person
 * @property {number} slot
 * @property {number} role     0 visitor 1 adviser 2 supervisor 3 interpreter 4 counsellor
 * @property {string} name     duty name from the roster; "" for the visitor
 * @property {boolean} me
 * @property {"here"|"away"|"lost"|"leaving"} presence
 */

/**
 * The visitor's screen.
 * @typedef {object} VisitorView
 * @property {"idle"|"working"|"waiting"|"live"|"paused"|"ended"|"erased"|"untrusted"|"clock"|"old"|"elsewhere"|"closed"|"failed"} phase
 *   working = proof of work and trust; untrusted = roster does not verify; clock = the device's date is wrong;
 *   old = browser too old; elsewhere = open in another tab; closed = nobody on duty; paused = the adviser is gone for now,
 *   or, with why idle, nobody wrote for long and it rests until the visitor goes on
 * @property {boolean} connected             false: "no contact just now"
 * @property {boolean} memoryOnly            keys could not be kept in this tab; a reload ends the talk
 * @property {{n:number, range:[number,number]|null, since:number}|null} place
 * @property {Person[]} people               always on screen while live
 * @property {{idx:number, name:string, role:number, over:boolean}|null} joining   announced, not yet in; over = takes the conversation over
 * @property {number|null} ask               idx of someone the visitor is asked about, or null
 * @property {boolean} [child]               the adviser has marked the visitor as a child
 * @property {Sign|null} sign                what was asked beside lines; it is out of date once there are more lines than then
 * @property {Line[]} lines
 * @property {boolean} mayWrite              false while a member list is being shown or the room heals
 * @property {Line[]} held                   own lines that wait for "X has joined. Send to everyone here?"
 * @property {string[]} writing              names of those who are writing
 * @property {number[]} safety               the safety phrase's five numbers, [] before epoch 1
 * @property {{digits:string, confirmed:boolean, asked:[number,number]}|null} code   digits only until confirmed; asked = which two groups (0-5) to type back
 * @property {boolean} reconnected           proven to be the same conversation
 * @property {boolean} restored              this page was reloaded, earlier text is not shown
 * @property {string} why                    for ended: end, expired, moved, revoked, erased, left, quick; for paused: revoked, passed,
 *   idle, back = the visitor goes on after it; else ""
 * @property {{rooms:number, at:number, codes?:number, letters?:number, plans?:number, talks?:number, inquiries?:number, backups_days?:number,
 *   escalation_days?:number, case_days?:number}|null} receipt  without a code there was a room alone
 * @property {string} problem                id of a string for what went wrong last, "" when nothing
 */

/**
 * @typedef {{mine: boolean, theirs: boolean, name: string}} Closing   who has proposed to end; name = of the staff, to the visitor
 * @typedef {{t: "still", at: number} | {t: "closing"} & Closing} Sign   still = "are you still there?", asked when there were so many lines
 * @typedef {{lang: string, door: number, danger: boolean, topic: number, relation: number, age: number, interrupted?: boolean, wish?: number,
 *   meet?: {idx: number, secret: Bytes}}} Choice
 *   wish = idx of the member who is to be met again, with a code; meet = with whom there is a booked talk now, and the secret that shows it
 * @typedef {{idx: number, name: string, meets: {start: number, end: number} | null}} Wish   meets = when next, in minutes
 * @typedef {{room: string, cap: string, epoch: number, key: Bytes | null}} Before
 *   the place or room of before; key = its resume key, if it was live
 */

/**
 * A visitor's session. Made by `visitorSession(world)`; dispatches `change`.
 * @typedef {object} VisitorActions
 * @property {VisitorView} view
 * @property {() => Promise<boolean>} revive            at page load: true when a tab entry was found and is being healed
 * @property {(choice: {lang:string, door:1|2, danger:boolean, topic:number, relation:number, age:number, interrupted?:boolean}) => Promise<void>} open
 * @property {(text: string) => Promise<void>} write    also while waiting: kept in memory, first line of the room
 * @property {() => void} typing
 * @property {() => Promise<void>} makeCode             shows digits in view.code
 * @property {(groups: [string,string]) => Promise<boolean>} confirmCode  false: typed back wrongly
 * @property {(digits: string, choice?: Choice, chat?: boolean) => Promise<boolean>} useCode      comes back with a code; false: not known or no
 *   longer valid. Replies that wait come first, by the event `letters`, unless `chat`
 * @property {(digits: string) => Promise<boolean>} eraseAll     with a code; without one pass "" for the open conversation alone
 * @property {import("./signs.js").Signs | null} signs            what is heard and said beside lines, once there was any
 * @property {(ok: boolean) => void} sendHeld                    the held lines: send to everyone here, or keep them back (returned to the composer)
 * @property {() => Promise<void>} end
 * @property {() => void} wipe                                   quick exit: synchronous, forgets everything
 */

/**
 * One conversation on the adviser's desk.
 * @typedef {object} Room
 * @property {string} id                     room id in hex
 * @property {"pairing"|"joining"|"live"|"away"|"ended"} state      joining = nobody has let us in yet; away = the visitor's connection is lost
 * @property {boolean} staffOnly             a room among staff: no path from it to any visitor
 * @property {boolean} shared                colleagues are here: who leaves leaves them with the visitor
 * @property {string} cameFor                why this member came into a room of others: help, hand_over, supervisor, again; talk = among staff; "" = paired
 * @property {string} asking                 whom the visitor is being asked about, or ""
 * @property {string} refused                whom the visitor did not want, or did not answer about, last; or ""
 * @property {{name: string, met: boolean}|null} heir     who takes this conversation over, and whether the visitor has met them
 * @property {string} language
 * @property {number} door
 * @property {boolean} danger
 * @property {number} topic
 * @property {number} relation
 * @property {number} age
 * @property {boolean} hasCode               the visitor holds a return code
 * @property {"new"|"proven"|"code"|"unproven"|"booked"} identity   how sure it is that this is the same visitor as before;
 *   booked = the one with whom this talk was booked
 * @property {Person[]} people
 * @property {Line[]} lines
 * @property {boolean} mayWrite
 * @property {Line[]} held
 * @property {string[]} writing              who is writing; "" is the visitor
 * @property {boolean} connected             a frame of slot 0 in this epoch has opened
 * @property {boolean} child                 the adviser has marked the visitor as a child
 * @property {Closing|null} closing          somebody has proposed to end
 * @property {number[]} safety
 * @property {string} why                    for ended: end, quick, expired, moved, revoked, erased, left, refused, passed, limits, idle
 * @property {number} since                  minute in which the visitor took a place
 * @property {number} begun                  minute in which the conversation began, also if it was interrupted
 * @property {number|null} over              minute in which it ended
 * @property {boolean} practice              with oneself
 */

/**
 * @typedef {{room: string, why: string, name: string, role: number}} Invite  a colleague asks us in: talk, help or hand_over
 * @typedef {{idx: number, name: string, role: number}} Colleague   on duty, without oneself
 * @typedef {{code: string, first: string, second: string, mine: boolean}} Decided   names; second "" = it does not stand yet; mine = named by oneself
 * @typedef {{room: string, by: string, since: number, pages: string, paged: boolean, answered: string, log: Decided[], debrief: string, complete: boolean, over: boolean, mine: boolean}} AcuteRoom
 *   pages = who is paged now; paged = it is oneself; mine = one is concerned; over = the visitor has gone
 * @typedef {{id: string, staff: string[]}} LiveRoom   what a supervisor sees of a room: who of the staff is in it
 */

/**
 * The sealed messages at the desk.
 * @typedef {object} MailView
 * @property {boolean} isReader               this member is told of messages
 * @property {boolean} isUnlocked             keys are at hand; after a reload they are not
 * @property {number} waiting                 in all, also those that only colleagues can open
 * @property {number} late                    waiting for 20 hours or more
 * @property {number|null} by                 the minute by which the next is to be answered
 * @property {{id:string, hour:number, by:number, hasCode:boolean, taker:string}[]} letters   what one's own keys open, the oldest first;
 *   taker = the name of a colleague who has taken it, else ""
 * @property {{id:string, text:string, hour:number, by:number, mayAnswer:boolean, isReadable:boolean, voucher:string}|null} open
 *   voucher = the colleague who sealed it again and alone vouches for it, else ""
 * @property {string} said                    id of a string for what happened last
 */

/**
 * What this desk is about to escalate, or has.
 * @typedef {{state: "none"|"asking"|"sending"|"sent"|"refused"|"failed", room: string, said: string}} EscalationView
 *   asking = the visitor has been shown it; said = id of a string
 * @typedef {{waiting: number, late: number, named: number, notes: number, inquiries: number, inquiriesLate: number}} Escalations   numbers
 *   alone: without a decision, of these for too long, for a second name; notes = questions about one's own; inquiries = from professionals
 */

/**
 * The adviser's screen.
 * @typedef {object} StaffView
 * @property {"locked"|"opening"|"alarm"|"off"|"duty"|"old"|"untrusted"|"clock"} phase   opening = signing in; alarm = members changed since last time
 * @property {boolean} connected
 * @property {boolean} memoryOnly
 * @property {{idx:number, name:string, login:string, roles:number[]}|null} me
 * @property {{added:string[], removed:string[], rekeyed:string[], doubts:string[]}|null} changes   shown in phase alarm; doubts are sentences
 * @property {{place:string, language:string, door:number, danger:boolean, since:number}[]} waiting
 * @property {{place:string, until:number}|null} ring     until in ms of Unix time
 * @property {Room[]} rooms
 * @property {string} current                             room id on screen, "" when none
 * @property {Colleague[]} colleagues
 * @property {Invite[]} invites
 * @property {{ends: number|null, stays: number|null}|null} ending   minutes: when the planned shift ends, and until when one stays on
 * @property {AcuteRoom[]} acute
 * @property {{id: string, by: string, at: number, kind: string}[]} notices   to supervisors: who ended a conversation as abusive, or has a child in one
 * @property {LiveRoom[]} live                            to supervisors on duty
 * @property {number|null} wrapUpUntil                    minute
 * @property {{open:boolean, reason:string, on_duty:number[], waiting:number}|null} standing   reason as in protocol.md 7.7
 * @property {number|null} rota                           how often the rota has been changed; null = not told yet
 * @property {{duty:number, shiftEnds:number}|null} shift   minutes since the Unix epoch: since when, and when the certificate ends
 * @property {{duty: {idx:number, name:string, role:number, since:number, rooms:number, capacity:number, wraps:boolean, heard:boolean}[],
 *   rooms: {id:string, names:string[], here:boolean}[]}|null} board   for supervisors on duty
 * @property {number} forms                              filled in and not counted yet
 * @property {MailView} mail
 * @property {EscalationView} escalation
 * @property {Escalations} escalations
 * @property {boolean} isCaseDue             a counselling case is to be looked at again
 * @property {import("./talks.js").TalksView} talks      a counsellor's own
 * @property {string} problem
 */

/**
 * An adviser's session. Made by `staffSession(world)`; dispatches `change`, and `sound` (detail: "ring"|"line"|"left"|"lost"|"call"|"page").
 * @typedef {object} StaffActions
 * @property {StaffView} view
 * @property {() => Promise<boolean>} revive              after a reload: token and shift key of this tab, if they are still good
 * @property {(login: string, digits: string) => Promise<boolean>} signInWithDigits
 * @property {(login: string) => Promise<boolean>} signInWithPasskey
 * @property {() => void} acknowledgeChanges              "I know of this"
 * @property {(capacity: 1|2) => Promise<void>} goOn
 * @property {() => Promise<void>} goOff
 * @property {(place: string) => Promise<void>} accept
 * @property {(room: string) => void} show
 * @property {(room: string, text: string) => Promise<void>} write
 * @property {(room: string) => void} typing
 * @property {(room: string, ok: boolean) => void} sendHeld
 * @property {(room: string) => Promise<void>} end
 * @property {(room?: string) => Promise<void>} ready        the wrap-up is done
 * @property {import("./acts.js").Acts} acts             what is done beside writing
 * @property {import("./tally.js").Tally} tally              what is counted when the shift ends
 * @property {() => Promise<void>} practise                  a conversation with oneself, in this page alone, real encryption
 * @property {{take: (id: string) => Promise<void>, reply: (text: string) => Promise<boolean>, close: () => Promise<void>, giveBack: () => Promise<void>}} mail
 * @property {() => Promise<void>} signOut
 * @property {() => void} lock                               wipes keys and memory, ends the shift
 */

/**
 * The page of an invite. Made by `enrolment(world, location.hash)`; dispatches `change`; ask it to `begin()`,
 * then `withDigits()` or `withPasskey()`.
 * @typedef {object} EnrolView
 * @property {"checking"|"ready"|"working"|"done"|"gone"|"failed"} phase  gone = unknown, spent or over
 * @property {{idx:number, name:string, login:string, roles:number[]}|null} me
 * @property {string} digits                              shown once, in phase done; "" with a passkey
 * @property {string} problem
 */

/**
 * What a session stands on. A page makes it with `browserWorld()`; tests make their own.
 * @typedef {object} World
 * @property {(path: string) => Socket} socket
 * @property {(path: string, init?: RequestInit) => Promise<Response>} fetch
 * @property {() => number} clock                          milliseconds since the Unix epoch
 * @property {{set: (act: () => void, ms: number) => unknown, clear: (timer: unknown) => void}} timers
 * @property {Random} random
 * @property {Pick<Storage, "getItem"|"setItem"|"removeItem"> | null} storage   sessionStorage; it may throw
 * @property {(name: string) => Channel | null} channel    null where there is none
 * @property {KeyStore} keys                               IndexedDB; it may reject
 * @property {CredentialsContainer | null} credentials
 * @property {string} origin
 * @property {string} [visitors]                            the visitors' address, on the staff's pages
 * @property {string} language                              of the page, for a tab that was reloaded
 * @property {Page} page
 * @property {{code?: number, digits?: number}} iterations  PBKDF2 rounds of the return code and of sign-in digits, if not the protocol's
 *
 * @typedef {EventTarget & {visible: boolean, covers: boolean}} Page  dispatches `awake` when the network or the page is back;
 *   covers = the setting for cover frames
 * @typedef {{binaryType: string, send: (data: string | Uint8Array<ArrayBuffer>) => void, close: () => void,
 *   onopen: (() => void) | null, onmessage: ((event: {data: any}) => void) | null,
 *   onclose: ((event: {code: number}) => void) | null}} Socket
 * @typedef {{postMessage: (message: unknown) => void, close: () => void,
 *   onmessage: ((event: {data: any}) => void) | null}} Channel
 * @typedef {{get: (name: string) => Promise<any>, put: (name: string, value: unknown) => Promise<void>,
 *   delete: (name: string) => Promise<void>, clear: () => Promise<void>}} KeyStore
 * @typedef {{t: string} & Record<string, any>} Message    one text message of protocol.md section 7.6
 * @typedef {{open: () => unknown, message: (message: Message, bytes: Bytes | null) => unknown,
 *   down: (code: number) => unknown, failed: (error: unknown) => void}} Links
 */

export {};
