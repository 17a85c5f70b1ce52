/**
 * What a screen may know: the views that a session shows, and what a screen may ask of it.
 * Types only; nothing here runs, and no page loads this file. A view is a frozen value, replaced at every change:
 * the session dispatches `change`, the screen reads `session.view` and draws it.
 */

/**
 * One line of talk, own or another's.
 * @typedef {object} Line
 * @property {string} id                     msg_id in hex
 * @property {"text"|"card"|"note"} kind     note = said by this page (joined, left, a message is missing, could not be read)
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
 *   old = browser too old; elsewhere = open in another tab; closed = nobody on duty; paused = the adviser is gone for now
 * @property {boolean} connected             false: "no contact just now"
 * @property {boolean} memoryOnly            keys could not be kept in this tab; a reload ends the talk
 * @property {{n:number, range:[number,number]|null, since:number}|null} place
 * @property {Person[]} people               always on screen while live
 * @property {{idx:number, name:string, role:number}|null} joining   announced, not yet in
 * @property {number|null} ask               idx of someone the visitor is asked about, or null
 * @property {Line[]} lines
 * @property {boolean} mayWrite              false while a member list is being shown or the room heals
 * @property {Line[]} held                   own lines that wait for "X has joined. Send to everyone here?"
 * @property {string[]} writing              names of those who are writing
 * @property {number[]} safety               the safety phrase's five numbers, [] before epoch 1
 * @property {{digits:string, confirmed:boolean, asked:[number,number]}|null} code   digits only until confirmed; asked = which two groups (0-5) to type back
 * @property {boolean} reconnected           proven to be the same conversation
 * @property {boolean} restored              this page was reloaded, earlier text is not shown
 * @property {string} why                    for ended: end, expired, moved, revoked, erased, left, quick; else ""
 * @property {{codes:number, letters:number, rooms:number, at:number, backups_days:number}|null} receipt
 * @property {string} problem                id of a string for what went wrong last, "" when nothing
 */

/**
 * @typedef {{lang: string, door: number, danger: boolean, topic: number, relation: number, age: number, interrupted?: boolean}} Choice
 * @typedef {{room: string, cap: string, epoch: number, key: Bytes | null}} Before
 *   the place or room of before; key = its resume key, if it was live
 * @typedef {{readonly view: VisitorView, show: (change?: Partial<VisitorView>) => void,
 *   restart: (change?: Partial<VisitorView>) => void, failed: (error: unknown) => void,
 *   giveUp: (phase: VisitorView["phase"], change?: Partial<VisitorView>) => void}} VisitorScreen
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
 * @property {(digits: string) => "ok"|"length"|"check"} checkCode        local, before any network use
 * @property {(digits: string) => Promise<boolean>} useCode      comes back with a code; false: not known or no longer valid
 * @property {(digits: string) => Promise<boolean>} eraseAll     with a code; without one pass "" for the open conversation alone
 * @property {(idx: number, ok: boolean) => void} answer         may this person join
 * @property {(ok: boolean) => void} sendHeld                    the held lines: send to everyone here, or keep them back (returned to the composer)
 * @property {() => Promise<void>} end
 * @property {() => void} wipe                                   quick exit: synchronous, forgets everything
 */

/**
 * One conversation on the adviser's desk.
 * @typedef {object} Room
 * @property {string} id                     room id in hex
 * @property {"pairing"|"live"|"away"|"ended"} state      away = the visitor's connection is lost
 * @property {string} language
 * @property {number} door
 * @property {boolean} danger
 * @property {number} topic
 * @property {number} relation
 * @property {number} age
 * @property {boolean} hasCode               the visitor holds a return code
 * @property {"new"|"proven"|"code"|"unproven"} identity   how sure it is that this is the same visitor as before
 * @property {Person[]} people
 * @property {Line[]} lines
 * @property {boolean} mayWrite
 * @property {Line[]} held
 * @property {boolean} writing               the visitor is writing
 * @property {boolean} connected             a frame of slot 0 in this epoch has opened
 * @property {number[]} safety
 * @property {string} why                    for ended: end, quick, expired, moved, revoked, erased, left
 * @property {boolean} practice              with oneself
 */

/**
 * The adviser's screen.
 * @typedef {object} StaffView
 * @property {"locked"|"opening"|"alarm"|"off"|"duty"|"old"|"untrusted"|"clock"} phase   opening = signing in; alarm = members changed since last time
 * @property {boolean} connected
 * @property {boolean} memoryOnly
 * @property {{idx:number, name:string, login:string, roles:number[]}|null} me
 * @property {{added:string[], removed:string[], rekeyed:string[]}|null} changes   shown in phase alarm
 * @property {{place:string, language:string, door:number, danger:boolean, since:number}[]} waiting
 * @property {{place:string, until:number}|null} ring     until in ms of Unix time
 * @property {Room[]} rooms
 * @property {string} current                             room id on screen, "" when none
 * @property {number|null} wrapUpUntil                    minute
 * @property {{open:boolean, on_duty:number[], waiting:number}|null} standing
 * @property {{duty:number, shiftEnds:number}|null} shift   minutes since the Unix epoch: since when, and when the certificate ends
 * @property {string} problem
 */

/**
 * An adviser's session. Made by `staffSession(world)`; dispatches `change`, and `sound` (detail: "ring"|"line"|"left"|"lost").
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
 * @property {(room: string) => Promise<void>} resendLast    after the visitor's page was reloaded
 * @property {(room: string) => Promise<void>} end
 * @property {() => Promise<void>} ready                     the wrap-up is done
 * @property {() => Promise<void>} practise                  a conversation with oneself, in this page alone, real encryption
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
 * @property {string} language                              of the page, for a tab that was reloaded
 * @property {Page} page
 * @property {{code: number, digits: number}} iterations   PBKDF2 rounds of the return code and of sign-in digits
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
