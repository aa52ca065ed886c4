/** What a photo is to be. */
export interface Question {
  /** `zh`, `en`, or any locale's name; what is not Chinese gets English. */
  language?: string;
  /** A built-in spec's name, as `specs` lists them. Default: `shebao`. */
  spec?: string;
  /** A spec of your own, as TOML. */
  toml?: string;
  /** The name of the photo's file, which a rule looks at. */
  name?: string;
  /** Leave the background as it is. */
  keepBackground?: boolean;
  /** Fewest bytes of the card. Default: the spec's. */
  minBytes?: number;
  /** Most bytes of the card. Default: the spec's. */
  maxBytes?: number;
  /** Whether a slip is wanted where the photo has to be taken again. Default: true. */
  slip?: boolean;
}

export type Verdict = 'pass' | 'unknown' | 'doubtful' | 'fail';
export type Status = 'compliant' | 'review' | 'not-compliant' | 'failed';
export type Point = [x: number, y: number];

/** What one rule says. */
export interface Finding {
  rule: string;
  verdict: Verdict;
  /** What it said of the source, before the card was made. */
  before: Verdict | null;
  measured: number | [number, number] | string | null;
  required: string | null;
  unit: string | null;
  /** Whether making a card can mend it. */
  fixable: boolean;
  /** Where the requirement is from. */
  clause: string | null;
  code: string;
  message: string;
  hint: string | null;
  /** Where on the card, in pixels: left, top, right, bottom; absent where the whole card is meant or no place is known. */
  where?: [number, number, number, number];
}

export interface Said {
  code: string;
  message: string;
  values: Record<string, number | string>;
}

/** What is said of one photo; `docs/report.schema.json` has every word of it. */
export interface Photo {
  input: string;
  output: string | null;
  status: Status;
  error: (Said & { hint: string | null; because: string[] }) | null;
  source: {
    format: string; width: number; height: number; orientation: number;
    dpi: [number, number] | null; icc: string | null; bytes: number;
  } | null;
  /** In pixels of the source after EXIF orientation; left and right are the picture's. */
  face: {
    left_eye: Point; right_eye: Point; chin: Point; left_ear_root: Point; right_ear_root: Point;
    hair_top: Point | null; confidence: number;
  } | null;
  placement: { source_to_card: [[number, number, number], [number, number, number]]; scale: number; rotation_degrees: number } | null;
  jpeg: { bytes: number; quality: number; subsampling: string; padding: number; ssimulacra2: number | null; attempts: number } | null;
  edits: Said[];
  /** What a person should hear of first stands in front. */
  findings: Finding[];
  notes: Said[];
  milliseconds: Record<string, number>;
}

/** What the program writes with `--report x.json`, of one photo. */
export interface Report {
  baidi: string;
  spec: string;
  receipt?: { message: string; source: string; grade: string };
  photos: [Photo];
}

export interface Fixed {
  /** How the card fares; or, where `card` is `null`, why there is none. */
  report: Report;
  /** What `check` says of the photo itself; `null` where it could not be processed. */
  source: Report | null;
  /** The card's file, a JPEG. */
  card: Uint8Array | null;
  /** A page to print for somebody whose photo has to be taken again; `null` where it has not. */
  slip: string | null;
}

export interface Range { min: number | null; max: number | null }

export interface Spec {
  name: string;
  title: string;
  /** What people call it. */
  names: string[];
  width: number;
  height: number;
  dpi: string | null;
  /** On paper, in millimetres, where the spec has a size there. */
  print: { width: number; height: number } | null;
  minBytes: number;
  maxBytes: number;
  background: [number, number, number];
  editing: 'any' | 'no-background' | 'none';
  /** What is accepted, by rule, in pixels of the card. */
  ruler: Record<string, Range>;
}

export interface Specs {
  baidi: string;
  specs: Spec[];
  /** What each rule is called. */
  rules: Record<string, string>;
}

/** The question was wrong: an unknown spec, a byte window with its ends crossed. */
export class QuestionError extends Error {
  code: string;
  hint: string | null;
  /** What lies underneath, in the words of whatever said so. */
  because: string[];
}

/** The module has ended and answers no more: open another. */
export class Fault extends Error {
  /** What the program said, to be sent to its makers; `null` where it ran out of memory or stack. */
  panic: string | null;
}

/** One module with its memory; one photo at a time. */
export class Baidi {
  /** From the bytes of `baidi.wasm`, or the module made of them. */
  static open(wasm: BufferSource | WebAssembly.Module): Promise<Baidi>;
  /** Makes the card that `question` asks for. */
  fix(photo: Uint8Array, question?: Question): Fixed;
  /** Says what an office would object to. */
  check(photo: Uint8Array, question?: Question): { report: Report; slip: string | null };
  /** What `check` says of the face alone, in a third of the time: for frames of a camera. What is worn, and what needs the sitter's outline, is `unknown`. */
  glance(photo: Uint8Array, question?: Question): { report: Report; slip: null };
  /** A JPEG of the photo to show, upright, 1200 px at most; `null` where it cannot be read. */
  preview(photo: Uint8Array): Uint8Array | null;
  /** The built-in specs; with `wanted`, those that people call so, best first. */
  specs(question?: { language?: string; wanted?: string }): Specs;
  /** Bytes that the module holds: what the largest photo so far took. */
  readonly memory: number;
}

/** The module in `bytes`, which may be packed with gzip. */
export function compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
