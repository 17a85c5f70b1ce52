/**
 * The words and signatures of ASC1 in JavaScript, for the type checker and for whoever reads; no page
 * loads this file. `Sig` holds the functions of all modules, `XSig` the methods of class X.
 */

type Member = import("./member.js").Member;
type StaffMember = import("./staff-member.js").StaffMember;
type Core = import("./member.js").Core;
type Seat = import("./member.js").Seat;
type Outbox = import("./frame.js").Outbox;
type Inbox = import("./frame.js").Inbox;
type Voice = import("./frame.js").Voice;
type Epoch = import("./member.js").Epoch;
type Reader = import("./bytes.js").Reader;
type Bytes = Uint8Array<ArrayBuffer>;
/** bytes that nobody can guess */
type Random = (length: number) => Bytes;
/** milliseconds since the Unix epoch */
type Clock = () => number;
type Pair = {privateKey: CryptoKey, publicRaw: Bytes};
type Aead = {id: number, keyLength: number};
type Roots = {service: string, roots: Bytes[], t: number, fingerprint: number[]};
type RosterMember = {idx: number, roles: number[], dutyName: string, ed25519: string};
type Roster = {hash: Bytes, seq: number, prev: string, issued: number, expires: number, members:
  RosterMember[], bg: Bytes[], revoked: number[]};
/** newest first */
type Chain = Roster[];
type Certificate = {idx: number, role: number, kind: number, notBefore: number, notAfter: number,
  rosterHash: Bytes, pub: Bytes, signature: Bytes, bytes: Bytes, hash: Bytes};
/** a certificate and the key that vouches */
type Checked = Certificate & {ed25519: string};
type Rule = {modes: readonly number[], most: number, sizes: readonly number[]};
type Envelope = {type: number, envId: Bytes, expiry: number, sender: Bytes | null, stanzas: {kid:
  Bytes, enc: Bytes, sealed: Bytes}[], upToStanzas: Bytes, commitment: Bytes, sealed: Bytes, info:
  Bytes, aad: Bytes};
type Opened = {type: number, envId: Bytes, expiry: number, sender: Bytes | null, body: Bytes};
type Hello = {v: Bytes, r: Bytes | null, rosterHash: Bytes, language: string, door: number, topic:
  number, relation: number, ageBand: number, danger: boolean, prevRoom: Bytes, prevEpoch: number,
  proof: Bytes, roomSecret: Bytes | null};
type JoinBody = {leaf: Bytes, roomId: Bytes, random: Bytes};
/** kind 1 text, 2 appointment (JSON) */
type Reply = {kind: number, text: string};
type ReWrapped = {envId: Bytes, type: number, body: Bytes};
type Entry = {slot: number, role: number, leaf: Bytes, certHash: Bytes};
/** the GroupContext; entries by rising slot */
type Context = {roomId: Bytes, epoch: number, rosterHash: Bytes, prevConfirm: Bytes, entries:
  Entry[]};
/** chains: the first chain key of every slot */
type Keys = {h: Bytes, confirmTag: Bytes, memberKey: Bytes, exporter: Bytes, resumeKey: Bytes,
  chains: Map<number, Bytes>};
/** committer: the slot in GC (1 at epoch 1) */
type Commit = {committer: number, roomId: Bytes, epoch: number, contextBytes: Bytes, stanzas:
  {slot: number, kid: Bytes, enc: Bytes, sealed: Bytes}[], confirmTag: Bytes, memberTag: Bytes,
  tagged: Bytes};
type Inner = {kind: number, minutes: number, msgId: Bytes, lastSlot: number, lastSeq: number,
  body: Bytes};
type Frame = {type: number, slot: number, roomId: Bytes, epoch: number, seq: number, aad: Bytes,
  sealed: Bytes};
type Note = {kind: number, minutes: number, msgId: Bytes, body: Bytes};
/** leaf: hex H(leaf) */
type Announced = {slot: number, idx: number | null, role: number, leaf: string};
/** What a member knows of its room. */
interface Room {
  mode: "idle" | "waiting" | "joining" | "live" | "wiped";
  roomId: Bytes;
  chain: Chain;
  /** 0 before the first */
  epoch: number;
  /** own; -1 before the first epoch */
  slot: number;
  /** of this epoch */
  context: Context | null;
  /** of this epoch */
  keys: Keys | null;
  /** by hex H(cert) */
  certificates: Map<string, Checked>;
  /** the newest known of every slot */
  leaves: Map<number, Bytes>;
  seenLeaves: Set<string>;
  /** ever seen */
  highestSlot: number;
  /** private halves of own leaves, by public half */
  held: Map<string, Pair>;
  /** in this epoch, by "committer:slot" */
  announced: Map<string, Announced>;
  /** waiting: hex H(hello) -> the keys it was sealed to */
  versions: Map<string, Set<string>>;
  /** joining: the key of who is to commit */
  sealedTo: Bytes | null;
  /** joining: H(cert) of the own slot */
  ownHash: Bytes | null;
}
/** certificates: those of every staff slot */
type Believed = {commit: Commit, context: Context, keys: Keys, slot: number, leaf: Pair,
  certificates: Map<string, Checked>};
type Present = {slot: number, role: number, idx: number | null, dutyName: string, isSelf:
  boolean};
type Heard = {frame: Frame, inner: Inner, idx: number | null, missing: number};
/** audience: who was in the room when it was written; null before the first epoch */
type Item = {msgId: string, kind: number, body: Bytes, minutes: number, audience: Set<string> |
  null, seq: number | null, isOk: boolean, isHeld: boolean};
/** slot null: not chosen yet */
type Join = {slot: number | null, role: number, idx: number | null, leaf: Bytes, certHash: Bytes,
  certificate: Checked | null};
/** who commits */
type Staff = {shift: Pair, certificate: Checked};
/** what the server said */
type Shown = {language: string, door: number, danger: boolean};
type Entered = Omit<Believed, "commit"> & {committer: number};
/** the socket message `commit` and its binary */
type CommitOrder = {bytes: Bytes, epoch: number, pos11: number, joined: number[], left: number[],
  certs: Bytes[]};
type Control = {t: string} & Record<string, unknown>;
/** returned: slots that came in again; held: ids of lines that ask "send to everyone here?" */
type Happening = {type: "epoch", epoch: number, members: Present[], added: number[], removed:
  number[], returned: number[], held: string[]} | {type: "line", slot: number, idx: number | null,
  msgId: string, minutes: number, text: string} | {type: "control", slot: number, control:
  Control} | {type: "sent", msgId: string} | {type: "received", msgIds: string[]} | {type:
  "missing", slot: number, count: number} | {type: "unreadable", slot: number, inARow: number} |
  {type: "leaf", slot: number} | {type: "ended", slot: number};
type Outcome = {events: Happening[], send: Bytes[]};
type Carry = {lines: Item[], seen: Set<string>, visitor: string};
type Place = {roomId: Bytes, chain: Chain, random?: Random, now?: Clock, carry?: Carry};
/** Where a member on duty is. */
type StaffPlace = Place & {shift: Pair, certificate: Bytes};
type Answer = {of: string, epoch: number, seq: number, pos: number};
/** 1 passkey, 2 digits */
type Method = 1 | 2;
/** A line of the public log; told: the SHA-256 it tells of; hash: of the line */
type LogLine = {kind: string, told: string, hash: string};
/** what: `WRAPS`; method 0 where AK is the key; kid zeros for AK */
type WrapPlace = {idx: number, what: number, method: number, version: number, kid: Bytes};

interface Sig {
  u8: (value: number) => Bytes;
  u16: (value: number) => Bytes;
  u32: (value: number) => Bytes;
  utf8: (text: string) => Bytes;
  hex: (bytes: Bytes) => string;
  unhex: (text: string) => Bytes;
  textOf: (bytes: Bytes) => string;
  /** A JSON object, else refused. */
  objectOf: (bytes: Bytes) => Record<string, unknown>;
  concat: (...parts: Bytes[]) => Bytes;
  equalConstantTime: (a: Bytes, b: Bytes) => boolean;
  sha256: (bytes: Bytes) => Promise<Bytes>;
  hmac: (key: Bytes, message: Bytes) => Promise<Bytes>;
  /** HKDF-SHA256. */
  hkdf: (salt: Bytes, ikm: Bytes, info: Bytes, length: number) => Promise<Bytes>;
  /** length: in bytes */
  kdf: (ikm: Bytes, label: typeof import("./bytes.js").KDF_LABELS[number], context: Bytes, length: number) =>
    Promise<Bytes>;
  pbkdf2: (secret: Bytes, salt: Bytes, iterations: number) => Promise<Bytes>;
  /** A key for AES-GCM that no script can read again. */
  aesKey: (raw: Bytes) => Promise<CryptoKey>;
  aesSeal: (key: CryptoKey, iv: Bytes, plain: Bytes, aad: Bytes) => Promise<Bytes>;
  aesOpen: (key: CryptoKey, iv: Bytes, sealed: Bytes, aad: Bytes) => Promise<Bytes>;
  /** Zeros up to the smallest size that fits. */
  pad: (bytes: Bytes, sizes?: readonly number[]) => Bytes;
  /** First bits as n numbers of eleven bits. */
  elevenBits: (hash: Bytes, n: number) => number[];
  importX25519: (raw: Bytes) => Promise<Pair>;
  /** Fresh, its private half unreadable. */
  newPair: (random?: Random) => Promise<Pair>;
  importEd25519: (raw: Bytes) => Promise<Pair>;
  sign: (privateKey: CryptoKey, message: Bytes) => Promise<Bytes>;
  verifies: (publicRaw: Bytes, signature: Bytes, message: Bytes) => Promise<boolean>;
  /** X25519, zeros refused. */
  exchange: (privateKey: CryptoKey, publicRaw: Bytes) => Promise<Bytes>;
  kid: (publicRaw: Bytes) => Promise<Bytes>;
  labeledIkm: (suite: Bytes, label: string, ikm: Bytes) => Bytes;
  labeledInfo: (suite: Bytes, label: string, info: Bytes, length: number) => Bytes;
  kemSecret: (dh: Bytes, context: Bytes) => Promise<Bytes>;
  schedule: (shared: Bytes, mode: number, info: Bytes, aead: Aead) => Promise<{key: CryptoKey,
    nonce: Bytes}>;
  /** Seals once. With `from` the opener learns that its holder sealed (auth mode). */
  hpkeSeal: (request: {to: Bytes, info: Bytes, plain: Bytes, ephemeral: Pair, from?: Pair | null,
    aad?: Bytes, aead?: Aead}) => Promise<{enc: Bytes, sealed: Bytes}>;
  hpkeOpen: (request: {pair: Pair, enc: Bytes, sealed: Bytes, info: Bytes, from?: Bytes | null,
    aad?: Bytes, aead?: Aead}) => Promise<Bytes>;
  /** The two check digits of 22 digits. */
  checkDigits: (number: string) => string;
  /** A new code, 24 digits. */
  makeCode: (random?: Random) => string;
  /** Six groups of four. */
  formatCode: (digits: string) => string;
  /** A script keeps its ten digits in one run. */
  asciiDigit: (digit: string) => string;
  /** Typed text without spaces and hyphens, digits as ASCII. */
  foldCode: (typed: string) => string;
  /** Needs no network. */
  isValidCode: (digits: string) => boolean;
  /** What a code leads to. */
  fromCodeRoot: (root: Bytes) => Promise<{id: Bytes, auth: Bytes, r: Pair}>;
  codeRoot: (digits: string, service: string, iterations?: number) => Promise<Bytes>;
  /** service: from trust.json */
  deriveCode: (typed: string, service: string, iterations?: number) => Promise<{digits: string,
    id: Bytes, auth: Bytes, r: Pair}>;
  listOf: <T>(value: unknown, is?: (item: unknown) => item is T) => T[];
  readTrust: (bytes: Bytes) => Promise<Roots>;
  /** Eleven-bit numbers as people read them. */
  asDecimals: (numbers: number[]) => string;
  /** Every line, each chained to the one before. */
  checkLog: (bytes: Bytes) => Promise<LogLine[]>;
  /** Whether the log ends with these rosters, the newest first. */
  tellsOf: (lines: LogLine[], chain: Chain) => boolean;
  signedPart: (bytes: Bytes, seq: number) => Promise<Bytes>;
  /** A root's signature over a roster's exact bytes, for roster.sig. */
  signRoster: (bytes: Bytes, root: CryptoKey) => Promise<string>;
  validRoots: (bytes: Bytes, seq: number, signatures: Bytes, trust: Roots) => Promise<number>;
  memberFrom: (entry: unknown) => RosterMember;
  rosterFrom: (fields: Record<string, unknown>, bytes: Bytes) => Promise<Roster>;
  /** The form only: an earlier roster is believed by `prev`. */
  parseRoster: (bytes: Bytes) => Promise<Roster>;
  /**
   * The newest roster, after every check of section 5 in its order. signatures: roster.sig
   * newestSeq: the newest held
   */
  readRoster: (bytes: Bytes, signatures: Bytes, at: {trust: Roots, nowHour: number, newestSeq?:
    number}) => Promise<Roster>;
  /**
   * Walks back by `prev`, at most 64 steps, until `until` (a hash in hex), the first roster, or
   * one that is not kept any more.
   */
  walkChain: (newest: Roster, fetchRoster: (seq: number) => Promise<Bytes | null>, limits?:
    {until?: string, steps?: number}) => Promise<Chain>;
  /** What a staff member must be shown since the roster accepted last. */
  memberChanges: (old: Roster, fresh: Roster) => {added: number[], removed: number[], rekeyed:
    number[]};
  valid: (roster: Roster) => Map<number, string>;
  /** identityKey: Ed25519 */
  buildCertificate: (fields: {idx: number, role: number, kind: number, notBefore: number,
    notAfter: number, rosterHash: Bytes, pub: Bytes}, identityKey: CryptoKey) => Promise<Bytes>;
  /** The hours of a shift certificate. */
  shiftHours: (nowHour: number) => {notBefore: number, notAfter: number};
  parseCertificate: (bytes: Bytes) => Promise<Certificate>;
  checkKind: (certificate: Certificate, kinds: readonly number[]) => void;
  vouchingKey: (certificate: Certificate, roster: Roster) => string | null;
  checkKeys: (certificate: Certificate, ed25519: string) => Promise<Checked>;
  /** A certificate in use now. */
  checkCertificate: (bytes: Bytes, use: {kinds: readonly number[], nowHour: number, chain: Chain})
    => Promise<Checked>;
  /** A certificate that came with stored mail: judged at `issued`, by the roster it names. */
  checkMailCertificate: (bytes: Bytes, use: {kinds: readonly number[], issued: number, chain:
    Chain}) => Promise<{certificate: Checked, hasLeft: boolean}>;
  ruleFor: (type: number, mode: number, n: number) => Rule;
  bodyKey: (cek: Bytes, t: Bytes) => Promise<{key: CryptoKey, nonce: Bytes}>;
  /**
   * Seals `body` to every key of `to`, in order. Chance is drawn for the CEK, then per stanza.
   * letter: expiry in hours
   */
  sealEnvelope: (letter: {type: number, envId: Bytes, expiry: number, to: Bytes[], sender?: Pair |
    null, body: Bytes}, random?: Random) => Promise<Bytes>;
  /** Form, table and length; opens nothing. */
  parseEnvelope: (bytes: Bytes) => Envelope;
  /** Tries every stanza whose kid matches. */
  openStanza: (envelope: Envelope, pairs: Pair[]) => Promise<Bytes>;
  /** reader: the type it expects, its keys */
  openEnvelope: (bytes: Bytes, reader: {type: number, pairs: Pair[], nowHour: number}) =>
    Promise<Opened>;
  takeVersion: (reader: Reader) => void;
  takeKey: (reader: Reader) => Bytes | null;
  takeText: (reader: Reader) => string;
  sized: (text: string) => Bytes;
  buildHello: (hello: Hello) => Bytes;
  parseHello: (body: Bytes, sender: Bytes | null) => Hello;
  buildBox: (r: Bytes | null, text: string) => Bytes;
  parseBox: (body: Bytes) => {r: Bytes | null, text: string};
  sealInquiry: (letter: {envId: Bytes, expiry: number, to: Bytes[], r: Bytes, fields: object},
    random?: Random) => Promise<Bytes>;
  openInquiry: (sealed: Bytes, pairs: Pair[], nowHour: number) =>
    Promise<{r: Bytes, fields: any}>;
  buildJoin: (join: JoinBody) => Bytes;
  parseJoin: (body: Bytes) => JoinBody;
  buildMail: (certificate: Bytes, issued: number, content: Bytes) => Bytes;
  buildReply: (reply: Reply) => Bytes;
  /** Escalation, appointment, case record. */
  buildRecord: (fields: object) => Bytes;
  buildReWrap: (old: ReWrapped) => Bytes;
  parseMail: (body: Bytes) => {certificate: Bytes, issued: number, content: Bytes};
  parseReply: (content: Bytes) => Reply;
  parseRecord: (content: Bytes) => Record<string, unknown>;
  /** Vouches for the re-wrapper only. */
  parseReWrap: (content: Bytes) => ReWrapped;
  /**
   * Reads the writer of signed mail (types 3, 4, 5, 6, 9); `content` is for the parsers above.
   */
  openMail: (opened: {type: number, sender: Bytes | null, body: Bytes}, chain: Chain) =>
    Promise<{writer: Checked, hasLeft: boolean, issued: number, content: Bytes}>;
  buildContext: (context: Context) => Bytes;
  parseContext: (bytes: Bytes) => Context;
  keySchedule: (seed: Bytes, contextBytes: Bytes) => Promise<Keys>;
  stanzaInfo: (h: Bytes) => Bytes;
  /** memberKey: null at epoch 1 */
  buildCommit: (order: {contextBytes: Bytes, committer: number, seed: Bytes, senderFor: (slot:
    number) => Pair, memberKey: Bytes | null}, random?: Random) => Promise<{bytes: Bytes, keys:
    Keys}>;
  /** Lengths and fixed fields; believes nothing. */
  parseCommit: (bytes: Bytes) => Commit;
  /** The keys of a commit, by the stanza of one slot; nothing is believed before `checkTags`. */
  openSeed: (commit: Commit, member: {slot: number, leaf: Pair, sender: Bytes}) =>
    Promise<{seed: Bytes, keys: Keys}>;
  /** `memberKey` is of the epoch before, null for who was not a member. */
  checkTags: (commit: Commit, keys: Keys, memberKey: Bytes | null) => Promise<void>;
  /** Shows the holder of an old room's resume key that this hello is from the same visitor. */
  resumeProof: (resumeKey: Bytes, hello: {envId: Bytes, v: Bytes, prevRoom: Bytes, prevEpoch:
    number}) => Promise<Bytes>;
  /** Five numbers to compare by telephone. */
  safetyPhrase: (h: Bytes) => Promise<number[]>;
  textBody: (text: string) => Bytes;
  controlBody: (control: {t: string}) => Bytes;
  receiptBody: (msgIds: Bytes[]) => Bytes;
  parseReceipt: (body: Bytes) => string[];
  parseControl: (body: Bytes) => {t: string} & Record<string, unknown>;
  checkBody: (type: number, inner: Inner) => void;
  buildInner: (inner: Inner) => Bytes;
  parseInner: (bytes: Bytes) => Inner;
  parseFrame: (bytes: Bytes) => Frame;
  messageKey: (chainKey: Bytes) => Promise<Bytes>;
  nextKey: (chainKey: Bytes) => Promise<Bytes>;
  within: <T>(check: number, action: () => T | Promise<T>) => Promise<T>;
  checkHeader: (room: Room, bytes: Bytes) => Promise<Commit>;
  checkContext: (room: Room, commit: Commit) => Promise<Context>;
  /** The certificates at hand for a context, by hex H(cert); no idx may stand twice. */
  certificatesAtHand: (room: Room, context: Context, offered: Bytes[]) => Promise<Map<string,
    Certificate>>;
  /** A staff slot's certificate: known to the room, or checked as one that enters. */
  checkStaff: (room: Room, entry: Entry, atHand: Map<string, Certificate>, nowHour: number) =>
    Promise<Checked>;
  /** Whether a change of `entry` was announced by the committer in the epoch that ends. */
  isAnnounced: (room: Room, committer: number, entry: Entry, idx: number | null) =>
    Promise<boolean>;
  /** Who stays keeps role, certificate and newest leaf; every other change was announced. */
  checkContinuity: (room: Room, commit: Commit, context: Context, idxOf: Map<number, number>) =>
    Promise<void>;
  checkEntrance: (room: Room, own: Entry, committerKey: Bytes) => void;
  checkLeaves: (room: Room, commit: Commit, context: Context) => {own: Entry, leaf: Pair};
  /** offered: the certificates that came with it */
  checkCommit: (room: Room, bytes: Bytes, at: {offered: Bytes[], nowHour: number}) =>
    Promise<Believed>;
  /** Remembers what the member in `slot` announced. */
  noteAnnouncement: (room: Room, slot: number, control: Control) => void;
  /** A type 7 for the staff member who is to commit. */
  sealJoin: (ask: {roomId: Bytes, to: Bytes, sender: Pair, leaf: Bytes, nowHour: number}, random:
    Random) => Promise<Bytes>;
  /** A type 7 to SK of who commits; certificate: null for a visitor. */
  askFor: (core: Core, ask: {to: Bytes, sender: Pair, certificate: Bytes | null}) =>
    Promise<Bytes>;
  /** With the return code. to: SK of who commits; sender: R. */
  joiner: (ask: Place & {to: Bytes, sender: Pair}) => Promise<{member: Member, envelope: Bytes}>;
  staffCore: (place: StaffPlace) => Promise<{core: Core, staff: Staff}>;
  readHello: (room: Room, bytes: Bytes, at: {shift: Pair, shown: Shown, nowHour: number}) =>
    Promise<{hello: Hello & {envId: Bytes}, join: Join}>;
  /** from: the sender's certificate, null for a visitor with the code */
  readJoin: (room: Room, bytes: Bytes, at: {shift: Pair, from: Bytes | null, returnKeys:
    Set<string>, nowHour: number}) => Promise<{envId: string, join: Join}>;
  entriesOf: (room: Room, staff: Staff, joins: Join[], leaf: Bytes, left: number[]) => Entry[];
  certificatesOf: (room: Room, certificate: Checked, entries: Entry[], joins: Join[]) =>
    Map<string, Checked>;
  /** A commit with a new seed and a new leaf. It takes effect when the server has taken it. */
  draftCommit: (room: Room, staff: Staff, change: {joins: Join[], left: number[], pos11: number},
    random: Random) => Promise<{order: CommitOrder, entered: Entered}>;
  senderFor: (to: number) => Pair;
  nameBytes: (name: string) => Bytes;
  /**
   * typed: 24 digits in the form of the return code Gives the root; a passkey's root is its PRF
   * output itself
   */
  rootFromDigits: (typed: string, account: {service: string, name: string, iterations?: number})
    => Promise<Bytes>;
  kekBytes: (root: Bytes, method: Method) => Promise<Bytes>;
  /** The keys of one method. */
  signInKeys: (root: Bytes, method: Method) => Promise<{auth: Pair, kek: CryptoKey}>;
  /** What the auth key signs. challenge: issued in minutes */
  signInMessage: (challenge: {origin: string, name: string, method: Method, nonce: Bytes, issued:
    number}) => Promise<Bytes>;
  signIn: (auth: Pair, challenge: Parameters<Sig["signInMessage"]>[0]) => Promise<Bytes>;
  wrapAad: (place: WrapPlace) => Bytes;
  wrap: (key: CryptoKey, secret: Bytes, place: WrapPlace, random?: Random) => Promise<Bytes>;
  /** The raw secret: only to wrap AK for another method. */
  unwrap: (key: CryptoKey, wrapped: Bytes, place: WrapPlace) => Promise<Bytes>;
  once: <T>(raw: Bytes, use: (raw: Bytes) => Promise<T>) => Promise<T>;
  /** AK. */
  unwrapAk: (kek: CryptoKey, wrapped: Bytes, place: WrapPlace) => Promise<CryptoKey>;
  /** AK itself, to be wrapped for one more way to sign in; the caller wipes it. */
  unwrapAkBytes: (kek: CryptoKey, wrapped: Bytes, place: WrapPlace) => Promise<Bytes>;
  /** IK. */
  unwrapIdentity: (ak: CryptoKey, wrapped: Bytes, place: WrapPlace) => Promise<Pair>;
  /** BK, EK, CK. */
  unwrapPair: (ak: CryptoKey, wrapped: Bytes, place: WrapPlace) => Promise<Pair>;
  /** SK: born in the browser's key store and never seen by a script. */
  newShiftKey: () => Promise<Pair>;
  /** challenge: C(27) ‖ H(K)(32) ‖ MAC(32) options: asked before every try Gives K */
  solve: (challenge: Bytes, options?: {isGivenUp?: () => boolean}) => Promise<Bytes>;
}

interface ReaderSig {
  take: (length: number) => Bytes;
}

interface SendChainSig {
  seal: (type: number, inner: Inner) => Promise<Bytes>;
}

interface ReceiveChainSig {
  /** missing: frames leapt over just now */
  open: (frame: Frame) => Promise<{inner: Inner, missing: number}>;
  "#advance": (key: Bytes, next: number, leapt: [number, Bytes][]) => Promise<void>;
}

interface EpochSig {
  /** A staff slot's idx; null for the visitor. */
  idxOf: (slot: number) => number | null;
  seal: (type: number, note: Note) => Promise<Bytes>;
  open: (frame: Frame) => Promise<{inner: Inner, missing: number}>;
}

interface SeatSig {
  hold: (leaf: Pair) => void;
  proves: (hello: Hello & {envId: Bytes}, pending: Entered | null) => Promise<boolean>;
  /** A commit of another member. */
  believe: (bytes: Bytes, pos: number, at: {offered: Bytes[], nowHour: number}) => Promise<void>;
  /**
   * Own commit, taken by the server at `pos`. What others sent before it may arrive after the
   * `ok`; until then the old epoch can still read.
   */
  enterOwn: (entered: Entered, pos: number) => Promise<void>;
  /** Switches; hands back the epoch before. */
  "#enter": (entered: Entered, next: Pair | null) => Promise<Epoch | null>;
  /** Slot 0 with another H(cert) came back without proof. */
  "#nameVisitor": (before: Context | null, after: Context) => void;
  "#forget": (isOver: (epoch: number) => boolean) => void;
  /** Opens a frame and moves on, also past one that does not open. */
  open: (bytes: Bytes, pos: number) => Promise<Heard | {slot: number, reason: string}>;
  "#openIn": (frame: Frame) => Promise<{epoch: Epoch, inner: Inner, missing: number}>;
  "#learn": (frame: Frame, inner: Inner, pos: number) => void;
  seal: (type: number, note: Note) => Promise<{seq: number, bytes: Bytes}>;
  /** The server has an own frame. */
  frameOk: (epoch: number, seq: number, pos: number) => void;
  "#claim": (pos: number) => void;
  /** Own positions are never put back: they are leapt over. */
  "#reach": (pos: number) => void;
}

interface OutboxSig {
  add: (note: Pick<Item, "msgId" | "kind" | "body" | "minutes" | "audience">) => Item;
  /** What is to be sealed now, in order. */
  due: () => Item[];
  sealed: (seq: number, bytes: Bytes, msgId: string) => void;
  newEpoch: (audience: Set<string>) => void;
  /** The server has it: the id of a line, else null. */
  ok: (seq: number) => string | null;
  /** The ids of lines now known to have arrived. */
  received: (msgIds: string[]) => string[];
  /** The writer says: send to everyone here. */
  release: (msgIds: string[], audience: Set<string>) => void;
  /** The writer takes back what was held. */
  discard: (msgIds: string[]) => void;
  /** What could not be sealed: its writer has it back and may write it anew. */
  takeBack: (msgId: string) => void;
  /** Frames without an ok, in order. */
  unacked: () => Bytes[];
  /** The same from `seq` to `end`, or null if one is missing. */
  from: (seq: number, end: number) => Bytes[] | null;
  /** Lines without a receipt, to be sent again in a new room. */
  carry: () => Item[];
}

interface InboxSig {
  unreadable: (slot: number, reason: string) => Happening[];
  hear: (heard: Heard) => Happening[];
  "#control": (slot: number, control: Control) => Happening;
  /**
   * Staff lines are received by the visitor, if there is one; a visitor's by any staff member.
   */
  "#receipt": (idx: number | null, msgIds: string[]) => Happening[];
  /** Message ids for one receipt. */
  takeOwed: () => Bytes[];
}

interface VoiceSig {
  "#emit": (type: number, note: Pick<Item, "msgId" | "kind" | "body"> & Partial<Item>) =>
    Promise<Bytes>;
  /** Seals what is due. */
  flush: () => Promise<Bytes[]>;
  write: (kind: number, body: Bytes) => Promise<{msgId: string, send: Bytes[]}>;
  /** The 0x11: first of the epoch. */
  updateLeaf: (leaf: Bytes) => Promise<Bytes>;
  /** Says nothing, in 300 bytes. */
  cover: () => Promise<Bytes[]>;
}

interface CoreSig {
  entered: (before: Context | null) => Happening[];
}

interface MemberSig {
  visitor: (place: Place & {leaf: Pair}) => Member;
  addVersion: (bytes: Bytes, keys: Bytes[]) => Promise<void>;
  useChain: (chain: Chain) => void;
  take: (bytes: Bytes, pos: number, certs?: Bytes[]) => Promise<Outcome>;
  "#takeCommit": (bytes: Bytes, pos: number, offered: Bytes[]) => Promise<Outcome>;
  /** Queued before epoch 1 and behind held lines. */
  say: (text: string) => Promise<{msgId: string, send: Bytes[]}>;
  control: (control: Control) => Promise<Bytes[]>;
  end: () => Promise<Bytes[]>;
  /** What the next receipts are; nothing if none are owed. */
  receipts: () => Promise<Bytes[]>;
  cover: () => Promise<Bytes[]>;
  release: (msgIds: string[]) => Promise<Bytes[]>;
  /** Frees the lines behind them too. */
  discard: (msgIds: string[]) => Promise<Bytes[]>;
  /** The server has an own frame. */
  ok: (answer: Answer) => Promise<Outcome>;
  /** Frames without an answer, in order. */
  unacked: () => Bytes[];
  /** The answer to `gap`; null: they are gone, rejoin. */
  from: (seq: number) => Bytes[] | null;
  /** For the next room of the same two. */
  carry: () => Carry;
}

interface StaffMemberSig {
  begin: (place: StaffPlace) => Promise<StaffMember>;
  /** to: SK of who commits. sender: the own shift key. */
  asking: (ask: Place & {to: Bytes, sender: Pair, certificate: Bytes}) => Promise<{member:
    StaffMember, envelope: Bytes}>;
  readHello: (bytes: Bytes, shown: Shown) => Promise<{hello: Hello & {envId: Bytes}, join: Join}>;
  /** `from`: the sender's certificate; null for a visitor. */
  readJoin: (bytes: Bytes, from: Bytes | null) => Promise<Join>;
  /** Tells the room before the commit; again in every epoch that comes between. */
  announce: (join: Join, why: string) => Promise<{join: Join, send: Bytes[]}>;
  commit: (change?: {joins?: Join[], left?: number[]}) => Promise<CommitOrder>;
  /**
   * Whether a hello comes from this room's visitor, who may have seen the own commit that waits.
   */
  proves: (hello: Hello & {envId: Bytes}) => Promise<boolean>;
}
