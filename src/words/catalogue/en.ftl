# Everything a person reads. The keys are those of zh.ftl, one for one; a test compares them.
# measured and required carry their unit; unit is the unit alone.

### Errors: no photo was made

error-unsupported-format = unsupported format: {$what}
error-unsupported-format-hint = give a picture in one of these formats: {$formats}
error-unsupported-format-hint-convert = save it as JPEG first; on an iPhone choose Settings › Camera › Formats › Most Compatible
error-unsupported-format-hint-empty = the file is empty; it may not have been copied completely, so fetch it again
error-damaged = damaged {$format} file: {$reason}
error-damaged-hint = copy or download the original again; if no viewer opens it, take the photo again
error-too-large = too large: {$what} is {$actual}, the limit is {$limit}
error-too-large-hint = make the picture smaller first, or use one of ordinary size
error-no-face = no face found in {$width}×{$height} px
error-no-face-hint = use a photo taken from the front, well lit, with nothing over the face
error-several-faces = {$count} faces of similar size, the largest two {$first} and {$second} px wide
error-several-faces-hint = crop it to the one person first
error-window-unreachable = cannot land between {$min} and {$max} bytes: the smallest file reached is {$smallest} bytes
error-window-unreachable-hint = widen --min-size and --max-size, or choose another --spec
error-spec-not-built-in = spec {$name}: no built-in spec of this name; there are {$names}
error-spec-too-long = spec {$name}: {$bytes} bytes are too many for a spec
error-spec-no-toml = spec {$name}: line {$line} is no TOML, '{$text}'
error-spec-unknown-key = spec {$name}: line {$line}: there is no key '{$key}'
error-spec-missing-key = spec {$name}: in the part from line {$line}, the key '{$key}' is missing
error-spec-wrong-value = spec {$name}: line {$line}, '{$text}': this value will not do
error-spec-unknown-limit = spec {$name}: limits.{$rule}: no rule of this name has limits
error-spec-name = spec {$name}: name: '{$wrong}' may hold lower-case letters, digits, and hyphens only
error-spec-side = spec {$name}: {$key}: {$pixels} px is outside {$min}–{$max}
error-spec-own-size = spec {$name}: pixels: the card's own size, {$width}×{$height} px, is not accepted
error-spec-window = spec {$name}: file.min: {$min} bytes is more than file.max, {$max} bytes
error-spec-too-few-bytes = spec {$name}: file.max: {$max} bytes is less than any JPEG needs
error-spec-no-range = spec {$name}: {$key}.readings: '{$origin}' gives no range
error-spec-band = spec {$name}: {$key}: min, {$min}, is more than max, {$max}
error-spec-prefer = spec {$name}: {$key}.prefer: {$low}–{$high} is not inside the range
error-spec-negative = spec {$name}: {$key}: numbers must be 0 or more
error-spec-no-scale = spec {$name}: {$key}.unit: mm needs [print] or [resolution]
error-spec-hint = 'baidi specs' lists the built-in ones, 'baidi specs shebao' prints one to start from
error-internal = internal error in {$stage}
error-internal-hint = this is a fault of baidi; please send us these lines, what 'baidi --version' says, and the photo's format and size, with the photo if you may share it
error-timed-out = took longer than {$seconds} s
error-timed-out-hint = raise --timeout if the photo is worth the wait; a photo from a phone or scanner takes well under a second, so please tell us its format and size
error-stopped = stopped after {$after}: nobody waits for it
error-stopped-hint = whoever asked went away before the photo was done; ask again
error-io = cannot {$action} {$path}
error-io-hint-missing = check that the path is right and the file is still there
error-io-hint-permission = check who may read and write the file and its folder
error-io-hint-full = the disk is full; make room and run it again

### Errors: the command is wrong

job-no-pictures = no pictures in {$path}
job-no-pictures-hint = in a folder, files are found by their extension: {$extensions}; give any other file by name
job-folder-needs-output = {$path} is a folder; say with -o where its cards go
job-folder-needs-output-hint = for example: baidi fix {$path} -o cards
job-stdin-needs-output = a photo from standard input needs -o
job-stdin-needs-output-hint = for example: baidi fix - -o card.jpg
job-stdin-twice = standard input, '-', can be read only once
job-several-need-folder = there are several photos, so -o must be a folder, and {$path} is a file
job-several-need-folder-hint = name a folder, for example -o cards
background-fixed = the background of {$spec} is {$colour} and cannot be {$wanted}: {$source}
background-fixed-hint = leave out --background; for blue or red use a spec that leaves the choice, for example --spec putonghua
background-not-offered = {$spec} does not take {$wanted} as a background: {$source}
background-not-offered-hint = there are {$choice}
background-unknown = no background is called {$wanted}
background-unknown-hint = for {$spec} there are {$choice}
background-editing = {$spec} lets nobody replace the background, so it cannot be {$wanted}
background-editing-hint = take the photo again in front of a plain wall as the office wants it
job-spec-twice = the spec {$spec} is named twice
job-spec-twice-hint = name each spec once; specs of your own need names of their own
man-no-command = there is no command '{$name}'; there are {$names}
job-no-spec = the list of specs is empty
job-no-spec-hint = for example: specs = ["shebao", "id-card"]
job-several-specs-need-folder = with several specs -o names a folder, and {$path} is a file
job-several-specs-need-folder-hint = name a folder, for example -o cards; without -o the cards go beside the photo
job-output-not-folder = {$path} is not a folder
job-matte-needs-folder = there are several photos, so --matte must be a folder, and {$path} is a file
job-output-exists = {$path} already exists
job-output-exists-hint = add --force to replace it, or choose another place with -o
job-output-is-input = the output {$path} is itself an input, and inputs are never changed
job-output-is-input-hint = choose another place with -o
job-output-twice = {$path} would be written twice
job-output-twice-hint = give -o, --matte, and --report different places
job-report-format = cannot tell the report's format from the name {$path}
job-report-format-hint = end it in .json, .csv, or .html
job-window = --min-size {$min} bytes is more than --max-size {$max} bytes
job-window-hint = spec {$spec} wants {$floor}–{$ceiling} bytes; if one end passes the other, give both
job-window-tiny = --max-size {$max} bytes is less than any JPEG needs
job-folder-busy = another run of baidi is writing to {$path}
job-folder-busy-hint = wait until it has ended, or choose another place with -o
job-retake-format = the retake slips, {$path}, are a web page
job-retake-format-hint = end the name in .html
job-roster-needs-output = with --roster or --zip, say with -o which folder the cards go to
job-roster-needs-output-hint = for example: baidi fix photos -o cards --roster people.csv
job-interrupted = interrupted; no half-written file is left

### Errors: what is asked over HTTP

error-question = the question cannot be read: {$reason}
error-question-hint = docs/http.md lists what may be asked; the reason names what is wrong
question-background-twice = a background cannot be kept and be another one
question-background-twice-hint = ask for keepBackground or for background, not for both
error-no-such-address = there is nothing at this address
error-no-such-address-hint = there are /, /v1/fix, /v1/check, /v1/specs, /healthz, /metrics and /openapi.json
error-method = this address takes {$allow} only
error-method-hint = photos are posted to /v1/fix and /v1/check; everything else is got
error-foreign-host = this server does not go by the name in Host
error-foreign-host-hint = call it by localhost or 127.0.0.1, or start it with --allow-host and the name it is to be called by
error-foreign-origin = a page of another site may not ask this server
error-foreign-origin-hint = ask from a program, or from the page that this server shows
error-token = the token is missing or wrong
error-token-hint = open the link that 'baidi serve' printed; programs send the token as 'Authorization: Bearer TOKEN'
error-busy = too many photos at once; ask again in {$seconds} s
error-busy-hint = wait as long as Retry-After says; --queue lets more wait, --jobs works on more at a time
error-ending = the server is ending
error-ending-hint = ask again when it is back; nothing was made of this photo
error-slow = the photo came too slowly
error-slow-hint = send it again over a better connection; --patience gives senders more time
error-body-too-large = the photo is larger than {$limit}
error-body-too-large-hint = make the file smaller first; a photo from a phone has a few MB
error-body-broken = the photo did not come whole
error-body-broken-hint = the connection ended early, or the length was wrong; send it again

serve-begin = baidi serves the page and the HTTP interface at {$address}; Ctrl-C ends it
serve-ending = ending: photos at work are finished first; Ctrl-C again ends at once
serve-ended = ended
serve-no-browser = no browser could be opened; open the link yourself
serve-port = cannot listen on {$address}
serve-port-hint = if something else has the port, choose another with --port, or --port 0 for any that is free
serve-token-short = the token in {$path} has {$count} characters, which is too few
serve-token-short-hint = write at least {$least} letters and digits into it, for example from 'openssl rand -hex 16'

### Errors: the roster and the names

roster-encoding = the roster is neither UTF-8 nor GB 18030
roster-encoding-hint = save it in the spreadsheet as CSV UTF-8
roster-broken = the roster cannot be read as a table
roster-broken-hint = save it in the spreadsheet as CSV, one line per person
roster-no-sheet = the workbook has no sheet called '{$sheet}'
roster-no-sheet-hint = there are {$sheets}
roster-sheet-of-text = the roster is no workbook and has no sheet called '{$sheet}'
roster-sheet-of-text-hint = --roster-sheet is for .xlsx and .xls only
roster-broken-workbook = the roster's workbook cannot be read
roster-broken-workbook-hint = save it again as .xlsx, or as 'CSV UTF-8'
roster-is-book = the roster {$path} has the name of the order book that is to be written
roster-is-book-hint = give the roster another name, or put it into another folder
roster-no-column = the roster has no column for ID number, name, or file; it has: {$headings}
roster-no-column-hint = name one column id, name, or file (or 身份证号, 姓名, 照片) in the first line
roster-template = the pattern {$name} cannot be understood at '{$part}'
roster-template-hint = for example: {"{id}.jpg"}, {"{id}{name}.jpg"}, {"{name}{id:last4}.jpg"}
roster-template-column = the pattern {$name} asks for {$part}, which the roster does not have
roster-template-column-hint = it has: {$headings}
roster-template-ending = the pattern {$name} ends in .{$part}, and cards are .jpg
roster-value = {$person}'s card cannot be named: {$field} is '{$value}'
roster-value-hint = fill it in, or change it to what a file name can hold, and run it again
roster-no-person = nobody in the roster has the name or number '{$name}'
roster-no-person-hint = name the photo by ID number or name, or add a column of file names to the roster
roster-unknown-id = the ID number {$id} is not in the roster
roster-unknown-id-hint = check the number for a typing error, or add the person to the roster
roster-several-people = the photo may belong to any of: {$people}
roster-several-people-hint = name the photo by ID number
roster-several-photos = several photos of {$person}: {$photos}
roster-several-photos-hint = keep the right one and run it again
roster-same-picture = the same picture is there under several names: {$photos} ({$people})
roster-same-picture-hint = check whose picture it is
roster-same-card = named by {$pattern}, several cards would be called {$name}
roster-same-card-hint = put the ID number into --name
roster-check-digit = the ID number {$id} has a typing error: its last character should be {$wanted}
roster-check-digit-hint = correct the roster from the ID card
roster-id-length = the number {$id} has {$count} characters, not 18
roster-id-length-hint = correct the roster from the ID card
roster-rounded = the spreadsheet has rounded the ID number to {$id}
roster-rounded-hint = make the column a text column before the numbers are typed
roster-missing = no photo of {$person}
roster-missing-hint = there is no photo, or its name does not tell whose it is

### Errors: the sheet

sheet-format = cannot tell from the name {$path} what format the sheet should have
sheet-format-hint = end it in .pdf, .png, or .jpg
sheet-no-size = spec {$spec} gives no size on paper
sheet-no-size-hint = give it with --size, for example --size 26x32
sheet-too-small = not one card of {$width}×{$height} mm fits on this paper
sheet-too-small-hint = choose a larger --paper
sheet-how-many = with several sizes on a sheet, say how many of {$size}
sheet-how-many-hint = for example: --size one-inch:8 --size two-inch:4, or use --copies
sheet-no-card = no card has the shape of {$size}
sheet-no-card-hint = make a card of that size with 'baidi fix'
sheet-number = the number in {$text} makes no sense
sheet-left-over = did not fit: {$cards}
sheet-left-over-hint = allow more --pages, make --gap or --margin smaller, or use a larger --paper
sheet-shape = {$path} is {$pixels}×{$rows} px and would be stretched to {$width}×{$height} mm
sheet-shape-hint = make the card with 'baidi fix' first, or give its own --size

### Words

word-empty-file = empty file
word-text = text
word-unknown = unknown kind
word-the-picture = the picture
word-the-file = the file
word-the-picture-s-longer-side = the picture's longer side
word-the-memory-to-decode-it = the memory to decode it
word-read = read
word-write = write
word-create = create
word-open = open
word-list = list
word-replace = replace
word-bytes = bytes
word-px = px
word-faces = faces
word-camera-raw = camera raw
word-video = video
word-sound = sound
word-video-or-sound = video or sound
word-Photoshop-document = Photoshop document
word-ZIP-archive-or-Office-document = ZIP archive or Office document
word-Office-document = Office document
word-RAR-archive = RAR archive
word-7z-archive = 7z archive
word-gzip-archive = gzip archive
word-icon = icon
word-GIMP-document = GIMP document
word-DDS-texture = DDS texture
word-program = program
word-HTML-a-web-page = HTML, a web page
word-nothing-but-zeros = nothing but zeros
word-lossless-JPEG = lossless JPEG
word-batch = batch
word-colours = colours
word-decode = decode
word-door = door
word-encode = encode
word-eye-network = eye network
word-face-detector = face detector
word-ledger = ledger
word-matte-file = matte file
word-matte = matte
word-matting-network = matting network
word-networks = networks
word-pipeline = pipeline
word-placement = placement
word-portrait-network = portrait network
word-question = question
word-sheet = sheet
word-signals = signals
word-signs-network = signs network
word-letters-network = letters network
word-skin-network = skin network
word-stretch-network = stretch network
word-pitch-network = pitch network
word-critic-network = critic network
word-refiner-network = the network that looks at the cut-out again
word-selfie-network = the network that says where a person is
word-spec = spec
word-threads = threads
word-token = token
word-some-kind-of = a kind of {$name}

reason-it-is-cut-short = it is cut short
reason-its-headers-disagree-about-its-size = its headers disagree about its size
reason-it-does-not-begin-with-its-header = it does not begin with its header
reason-its-boxes-disagree-about-its-size = its boxes disagree about its size
reason-a-grid-of-no-tiles = a grid of no tiles
reason-its-picture-is-missing = its picture is missing
reason-it-has-no-sequence-header = it has no sequence header
reason-its-tiles-are-larger-than-the-picture = its tiles are larger than the picture
reason-it-says-n-n-px-and-holds-n-n-px = it says {$first}×{$second} px and holds {$third}×{$fourth} px
reason-it-holds-no-picture = it holds no picture
reason-a-plane-is-cut-short = a plane is cut short
reason-it-does-not-begin-with-its-start-marker = it does not begin with its start marker
reason-it-ends-before-the-frame-header = it ends before the frame header
reason-it-ends-before-the-picture-data = it ends before the picture data
reason-no-scale-fits = no scale fits
reason-the-picture-data-say-n-n-px = the picture data say {$first}×{$second} px
reason-its-strips-have-no-area = its strips have no area
reason-a-strip-is-cut-short = a strip is cut short
reason-a-strip-claims-to-be-larger-than-the-picture = a strip claims to be larger than the picture
reason-the-header-says-n-n-px = the header says {$first}×{$second} px
reason-n-of-the-picture-is-missing-or-garbled = {$first} % of the picture is missing or garbled
reason-it-is-broken = it is broken
reason-it-is-for-other-pixels = it is for other pixels
reason-other = its data make no sense

label-hint = hint:{" "}
label-because = because:{" "}
verdict-pass = pass
verdict-unknown = unknown
verdict-doubtful = doubtful
verdict-fail = fail
status-compliant = compliant
status-review = have a look
status-not-compliant = not compliant
status-failed = failed

### Terminal and reports

table-item = rule
table-measured = measured
table-required = required
table-name = name
table-title = title
table-pixels = pixels
table-resolution = resolution
table-bytes = bytes
table-head = head (px)
specs-more = 'baidi specs NAME' prints one in full, every number with its source
specs-face = face {$range}
specs-head-share = head {$range}
specs-eye-distance = eyes {$range} apart
specs-none = no built-in spec is called '{$wanted}' or anything like it
specs-none-hint = 'baidi specs' lists them all; --for takes what people call a card, in Chinese or English, such as 社保 or visa
specs-receipt = {$name}: {$receipt}
receipt = In {$places} offices ask for {$called} and not for a file. This file is what {$from} take in, and they give the number; baidi cannot issue one.
receipt-valid = In {$places} offices ask for {$called} and not for a file. This file is what {$from} take in, and they give the number, valid for {$valid}; baidi cannot issue one.
label-receipt = receipt:{" "}
reading-broken = {$measured} keeps to {$kept} but not to {$broken}
readings-differ = {$measured} keeps to {$kept}; no photo keeps to {$broken} as well
reading-hint = sources contradict one another here: ask the office which of them it follows
check-summary = {$fail ->
    [0] {$doubtful ->
        [0] nothing to object to
       *[other] {$doubtful} doubtful
    }
   *[other] {$doubtful ->
        [0] {$fail} failing
       *[other] {$fail} failing, {$doubtful} doubtful
    }
}
check-rest = {$pass} pass, {$unknown} not measured
check-rest-more = {" "}(-v lists them)
check-clause = source: {$clause}
fix-written = {$bytes} bytes, quality {$quality}
fix-would-write = would be {$bytes} bytes, quality {$quality}
fix-withheld = breaks a rule, not written (--strict)
fix-copied = copied as it is
fix-padding = {$padding} of these bytes are comment segments that bring the file up to size; they hold no picture
zip-written = {$cards ->
    [one] {$cards} card
   *[other] {$cards} cards
} packed into {$path}
sheet-written = {$path}: {$cards ->
    [one] {$cards} card
   *[other] {$cards} cards
} of {$width}×{$height} mm, {$pages ->
    [one] {$pages} page
   *[other] {$pages} pages
}; print it at 100 %, not fitted to the page
sheet-written-mixed = {$path}: {$cards} cards ({$sizes}) on {$pages} pages; print at 'actual size', not fitted to the page
watch-begin = watching {$path}, cards go to {$output}; Ctrl-C ends it
watch-status = {$done} done, {$review} of them to be looked at, {$broken} break a rule, {$failed} failed, {$waiting} arriving
slip-title = Please have your photo taken again
slip-none = No photo has to be taken again.
slip-and = {"; "}
slip-reason = Why: {$text}.
slip-advice = What to do: {$text}.
batch-summary = {$total ->
    [one] {$total} photo
   *[other] {$total} photos
}: {$compliant} compliant, {$review} to be looked at, {$broken} not, {$failed} failed{$resumed ->
    [0] {""}
   *[other] ; {$resumed} of them done by an earlier run
}
progress = {$done}/{$total} photos, {$rate}/s, {$left} left
label-note = note:{" "}
label-edits = edits:{" "}
book-title = Order book
book-summary = {$total} people on the roster: {$done} done, {$look} to be looked at, {$again} to take again, {$missing} without a photo
book-written = who is done and who is not: {$path}, with a table beside it
book-done = done
book-look = look
book-again = take again
book-missing = no photo
book-search = search by name or number
book-print = print
book-line = line
book-name = name
book-id = number
book-state = state
book-why = why
book-advice = what to do
book-cards = cards
book-photo = photo file
book-strangers = photos that are nobody's
html-title = ID photo report
html-spec = spec
html-all = all
html-before = before
html-after = after
html-rules = photos failing each rule
html-generated = made by baidi {$version}

### What was done

edit-oriented = oriented
edit-turned = turned {$degrees}° because the face lay on its side
edit-converted = converted to sRGB
edit-background = background replaced
edit-rotated = rotated {$degrees}°
edit-scaled = scaled {$factor}
edit-cropped = cropped
edit-extended = background added above or beside
edit-encoded = encoded
edit-density = only the resolution in the header changed
edit-copied = copied as it is

### Notes: what was assumed

note-dry-run = dry run: nothing was written
note-assumed-srgb = no colour profile; assumed sRGB
note-assumed-cmyk = CMYK without a usable profile; the colours are approximate
note-ignored-profile = the colour profile cannot be used ({$reason}); assumed sRGB
note-converted-profile = converted from {$name} to sRGB
note-ignored-gamma = the PNG's gamma of {$gamma} was ignored, as browsers do
note-oriented-from-tag = turned upright by EXIF orientation {$orientation}
note-invalid-orientation = the orientation tag {$tag} is not valid; ignored
note-first-frame-only = an animation or a burst; the first frame was taken
note-first-page-only = several pages; the first was taken
note-alpha-over-white = transparent parts were laid over white
note-damaged-part = {$percent} % of the picture is missing or damaged
note-missing-detail = the file was cut short; the whole picture is there, but some fine detail is missing
note-leading-junk = {$bytes} bytes before the picture were skipped
note-base-of-hdr = an HDR photo; its standard picture was taken
note-reduced-for-memory = decoded at 1/{$factor} of each side to save memory
note-bystander = {$count ->
    [one] a smaller face
   *[other] {$count} smaller faces
} in the background (up to {$width} px wide) taken for background
note-inset = a small picture lies in a corner of the photo: it is taken for background. Better use the photo without it
note-background-kept-by-spec = spec {$spec} does not allow the background to be replaced; it is left as it is
note-no-placement = on this head no placement can meet {$rules} of {$spec} together
note-already-done = made by an earlier run; the photo, the spec, and the card are unchanged
note-duplicate-name = several photos share this name; the output's name carries the extension or a number

### Why something was not measured

not-measured = not measured
unknown-not-required = this spec does not ask for it
unknown-no-head = no face was found, so it cannot be measured
unknown-no-face = no face was found, so it cannot be measured
unknown-several-faces = several faces of similar size; which one to measure is not clear
unknown-no-matte = person and background could not be told apart
unknown-no-background = no background can be seen
unknown-no-garment = no clothing can be seen
unknown-no-limit = this spec gives no limit for it
unknown-face-outside = part of the face lies outside the picture
unknown-face-too-small = the face is too small to measure this
unknown-too-small = the picture is too small to measure this
unknown-decoded-smaller = the picture is large and was decoded at a smaller size, which hides what would be measured
unknown-no-colour = the face has no colour to judge a cast by
unknown-no-outline = no outline of the person can be seen
unknown-ears = the ears cannot be made out
unknown-headwear = a hat of the colour of hair cannot be told from hair
unknown-not-white-yet = only a finished white card is looked at for this
unknown-no-file-name = read from standard input, which has no name
unknown-not-built = baidi cannot measure this yet
unknown-not-jpeg = not a JPEG file, so it does not apply
unknown-not-asked = not looked at: it decides nothing, and no report was asked for

### Rules: title, what each verdict says, what to do

hint-background-not-allowed = this office wants the background as the camera saw it; take it again in front of a plain wall of the colour asked for
hint-placement-not-allowed = this office allows no cropping, scaling, or turning; have it taken so that it already fits: {$required}

format-title = file format
format-pass = a JPEG file
format-doubtful = the format is {$measured}, which some portals refuse
format-fail = the format is {$measured}, required is {$required}
format-hint = 'baidi fix' makes it a JPEG; renaming the file does not

baseline-title = encoding
baseline-pass = baseline JPEG
baseline-doubtful = the encoding is {$measured}, which old card systems may not open
baseline-fail = the encoding is {$measured}, required is {$required}
baseline-hint = 'baidi fix' encodes it anew

pixel-size-title = pixel size
pixel-size-pass = the size is {$measured}
pixel-size-doubtful = the size is {$measured}, required is {$required}
pixel-size-fail = the size must be {$required}; it is {$measured}
pixel-size-hint = 'baidi fix' crops and scales it; stretching would distort the face

colour-mode-title = colour mode
colour-mode-pass = 24-bit RGB
colour-mode-doubtful = the colour mode is {$measured}, required is {$required}
colour-mode-fail = the colour mode is {$measured}, required is {$required}
colour-mode-hint = 'baidi fix' makes it 24-bit RGB; for a grey photo use the original in colour

resolution-title = resolution
resolution-pass = the resolution is {$measured}
resolution-doubtful = the file says {$measured}, required is {$required}
resolution-fail = the file says {$measured}, required is {$required}
resolution-none = the file gives no resolution, required is {$required}
resolution-hint = 'baidi fix' writes it; the picture stays as it is

file-size-title = file size
file-size-pass = the file has {$measured}
file-size-doubtful = the file has {$measured}, close to the limit ({$required})
file-size-fail = the file has {$measured}, outside {$required}
file-size-hint-fixed = widen the range with --min-size and --max-size
file-size-hint = 'baidi fix' encodes it into the range; --min-size and --max-size change the range

trailing-data-title = end of file
trailing-data-pass = nothing follows the picture
trailing-data-doubtful = {$measured} follow the picture
trailing-data-fail = {$measured} of other data follow the picture
trailing-data-hint = 'baidi fix' writes a clean file

orientation-tag-title = orientation tag
orientation-tag-pass = upright without a tag
orientation-tag-doubtful = the orientation tag is {$measured}; systems that ignore it show the photo on its side
orientation-tag-fail = the orientation tag is {$measured}; systems that ignore it show the photo on its side
orientation-tag-hint = 'baidi fix' turns the picture itself

colour-profile-title = colour profile
colour-profile-pass = the colours are sRGB
colour-profile-doubtful = the colour profile is {$measured}; systems that ignore it show wrong colours
colour-profile-fail = the colour profile is {$measured}, required is {$required}
colour-profile-hint = 'baidi fix' converts it to sRGB

file-name-title = file name
file-name-pass = the name has the form required
file-name-doubtful = the name {$measured} is one that some portals refuse
file-name-fail = the name {$measured} does not have the form required: {$required}
file-name-check-digit = the ID number in the name has a wrong check digit
file-name-lower-case-x = the x at the end of the ID number should be a capital
file-name-hint = rename it, usually to the ID number with a capital X

one-face-title = one person
one-face-pass = one face
one-face-doubtful = there are other faces beside the person, {$measured} in all
one-face-fail = there must be exactly one face; found: {$measured}
one-face-none = no face was found
one-face-none-hint = use a photo taken from the front, well lit, with nothing over the face
one-face-hint = take it again alone before a bare wall, with no other person, poster, or printed face in the picture

face-width-title = face width
face-width-pass = the face is {$measured} wide
face-width-doubtful = the face is {$measured} wide, better is {$required}
face-width-fail = the face is {$measured} wide between the ear roots, required is {$required}
face-width-pulled = for its height, the face is {$measured} as wide as most faces, better is {$required}: the picture may have been stretched sideways
face-width-squeezed = for its height, the face is {$measured} as wide as most faces, better is {$required}: the picture may have been stretched upwards
face-width-squeezed-hint = use the picture as the camera took it and crop it; if it was never stretched, this is only advice
face-width-pulled-hint = use the picture as the camera took it and crop it; if it was never stretched, this is only advice
face-width-hint-fixed = the source allows no better crop; use a photo with more room around the person
face-width-hint = 'baidi fix' crops it anew; if a card's face is too small, go back to the original instead of enlarging the card

hair-top-title = room above the hair
hair-top-pass = {$measured} above the hair
hair-top-doubtful = {$measured} above the hair, better is {$required}
hair-top-fail = {$measured} above the hair, required is {$required}
hair-top-eye-line-wins = {$measured} above the hair, required is {$required}; the hair is high, and the standard lets the eye line come first
hair-top-cut-in-source = your photo cuts the hair
hair-top-cut-in-source-hint = take it again with at least half a head's width of wall above the hair; hair that the photo lacks cannot be added
hair-top-bust-first = {$measured} above the hair, required is {$required}: the photo shows only {$there} head widths below the chin, and the head was enlarged for the body to reach the bottom edge, so that the hair has no room; the body comes first ({$clause})
hair-top-sides-first = {$measured} above the hair, required is {$required}: the photo cuts hair or shoulder at a side, and the head was enlarged for the frame to hide the cut, so that the hair has no room above; no straight cut may show ({$clause})
hair-top-conflict = {$measured} above the hair, required is {$required}: the hair is high, the face is {$face} px wide (at least {$least}), and with the eyes at least {$eyes} px above the bottom there is no room for all of it; the eye line comes first ({$clause})
hair-top-conflict-hint = take it again with the hair about {$flatter} head widths flatter, and all of it will show
hair-top-hint-fixed = the source allows no better crop; use a photo with more room above the head
hair-top-hint = 'baidi fix' crops it anew; if the original cuts the head, take the photo again

eye-line-title = eye line
eye-line-pass = the eyes are {$measured} above the bottom
eye-line-doubtful = the eyes are {$measured} above the bottom, better is {$required}
eye-line-fail = the eyes are {$measured} above the bottom, required is {$required}
eye-line-hint-fixed = the source allows no better crop; use a photo with more room around the person
eye-line-hint = 'baidi fix' crops it anew

eye-distance-title = distance between the eyes
eye-distance-pass = the eyes are {$measured} apart
eye-distance-doubtful = the eyes are {$measured} apart, better is {$required}
eye-distance-fail = the eyes are {$measured} apart, required is {$required}
eye-distance-hint-fixed = the source allows no better crop; use a photo with more room around the person
eye-distance-hint = 'baidi fix' crops it anew

chin-to-bottom-title = room below the chin
chin-to-bottom-pass = the chin is {$measured} above the bottom
chin-to-bottom-doubtful = the chin is {$measured} above the bottom, better is {$required}
chin-to-bottom-fail = the chin is {$measured} above the bottom, required is {$required}
chin-to-bottom-hint-fixed = the source allows no better crop; use a photo that shows more of the chest
chin-to-bottom-hint = 'baidi fix' crops it anew

centring-title = centring
centring-pass = the eyes' midpoint is at {$measured}
centring-doubtful = the eyes' midpoint is at {$measured}, better is {$required}
centring-fail = not centred: the eyes' midpoint is at {$measured}, required is {$required}
centring-hint-fixed = the source allows no better crop; use a photo with room on both sides
centring-hint = 'baidi fix' crops it anew

head-share-bust-first = the head takes {$measured} of the height, better is {$required}: the photo shows only {$there} head widths below the chin, and the head was enlarged for the body to reach the bottom edge; that comes first ({$clause})
head-share-sides-first = the head takes {$measured} of the height, better is {$required}: the photo cuts hair or shoulder at a side, and the head was enlarged for the frame to hide the cut; that comes first ({$clause})
next-shot-below = take it again from farther away, with at least {$wanted} head widths below the chin; here there are {$there}
next-shot-beside = take it again from farther away and upright, with all of hair and shoulders in the picture
head-share-conflict = the head takes {$measured} of the height, better is {$required}: it is long for its face, which is {$face} px wide (at least {$least}), and cannot be made smaller; the face width comes first ({$clause})
head-share-title = head height
head-share-pass = the head takes {$measured} of the height
head-share-doubtful = the head takes {$measured} of the height, better is {$required}
head-share-fail = the head takes {$measured} of the height, required is {$required}
head-share-hint-fixed = the face width comes before this; where that is right, this is only advice
head-share-hint = 'baidi fix' crops it anew; the face width comes before this

roll-title = upright head
roll-pass = the eyes are level, {$degrees}°
roll-doubtful = the head leans a little, {$degrees}°; better is {$required}
roll-fail = the head leans by {$degrees}°, required is {$required}
roll-hint-fixed = take it again standing straight and looking level
roll-hint = 'baidi fix' turns it upright; take it again if it leans a lot

yaw-title = turned head
yaw-pass = facing the camera
yaw-doubtful = the head is turned a little, about {$degrees}°
yaw-fail = the head is turned by about {$degrees}°; it must face the camera
yaw-hint = take it again facing the camera, both ears showing alike
yaw-to-right-hint = take it again with the head turned about {$degrees}° to your right, the nose towards the lens and both ears showing alike
yaw-to-left-hint = take it again with the head turned about {$degrees}° to your left, the nose towards the lens and both ears showing alike

pitch-title = head tilted up or down
pitch-pass = level with the camera
pitch-doubtful = the head is tilted up or down a little, by about {$degrees}°
pitch-fail = the head is tilted up or down by about {$degrees}°
pitch-hint = take it again with the camera at eye height
pitch-down-hint = take it again with the chin raised by about {$degrees}° and the camera at eye height
pitch-up-hint = take it again with the chin lowered by about {$degrees}° and the camera at eye height

background-white-title = background colour
background-white-pass = the background is pure white
background-white-doubtful = the background is not quite white: {$measured} of it is off {$colour}, the darkest is {$darkest}
background-white-fail = the background is not pure white: {$measured} of it is off {$colour}, the darkest is {$darkest}
background-white-hint-fixed = some of the old background is left; look at the card, and take the photo again in front of a bare wall
background-white-hint = 'baidi fix' replaces it
background-line = a line runs across the wall: a joint, a frame or a cable
background-line-hint = take it again in front of a bare wall, away from tiles, door frames and cables
background-colour-pass = the background has the colour wanted, {$colour}
background-colour-doubtful = the background is not quite the colour wanted: {$measured} of it is off {$colour}, by up to {$farthest}
background-colour-fail = the background has not the colour wanted: {$measured} of it is off {$colour}, by up to {$farthest}

background-even-title = even background
background-even-pass = the background is even
background-even-doubtful = the background is slightly uneven: {$measured}, better is {$required}
background-even-fail = the background has shadows, a gradient, or objects: {$measured}, required is {$required}
background-even-hint-fixed = some of the old background is left; look at the card, and take the photo again in front of a bare wall
background-even-hint = 'baidi fix' replaces it; when taking it again, stand a metre from the wall

border-title = border
border-pass = no border
border-doubtful = there may be a border or a rounded corner
border-fail = there is a border or a rounded corner
border-hint = use the original without a frame, scan edges, or rounded corners: a border of {$measured} surrounds the picture

edge-halo-title = edge of the person
edge-halo-pass = the edge is clean
edge-halo-doubtful = a little of the old background shows at the edge ({$measured})
edge-halo-line = a line of one colour runs round the person ({$measured} of the outline, better is {$required})
edge-halo-fade = the person's edge fades into the background ({$measured} of the face, better is {$required}), as if light had eaten it
edge-halo-left = something of the room seems to be left beside the person ({$measured} of a face, better is {$required})
edge-halo-bits = several bits of the room seem to be left along the person's edge, or the edge is in stairs (the third largest {$measured} of a face, better is {$required})
edge-halo-lost = a piece of the person seems to be missing ({$measured} of a face, better is {$required})
edge-halo-fail = a rim of the old background shows at the edge ({$measured})
edge-halo-unsure = the cut-out is uncertain ({$measured}, better is {$required}); look at the edge of hair and shoulders
edge-halo-unsure-hint = a plain wall that differs from the hair is cut out best; take it again in front of a white or grey one
edge-halo-hint = start from the original; a plain wall that differs from the hair gives the cleanest edge

bust-conflict = the body does not reach the bottom edge ({$measured}), even with the widest face that is allowed, {$most} px; it is {$face} px wide, and the face width comes first ({$clause})
bust-title = shoulders
bust-pass = the body reaches the bottom edge
bust-doubtful = the body does not quite reach the bottom edge ({$measured})
bust-fail = the body ends above the bottom edge and floats ({$measured})
bust-neck = the photo ends at the neck: {$measured} of the body are missing
bust-side = the photo ends {$measured} inside the card and cuts the person off in a straight line
bust-hint = take it again from farther away, down to the chest: {$measured} of the body are missing here, and baidi does not make up a body

source-size-title = size of the source
source-size-pass = the source is large enough
source-size-doubtful = the source is small: {$measured}, better is {$required}
source-size-fail = the source is too small: {$measured}, required is {$required}
source-size-enlarged = the source had to be enlarged {$measured}, better is {$required}
source-size-hint = use the original from the camera, not a copy that a chat program made smaller; or take it again from nearer

sharpness-title = sharpness
sharpness-pass = sharp
sharpness-doubtful = not quite sharp ({$measured}, better is {$required})
sharpness-fail = blurred ({$measured}, required is {$required})
sharpness-hint = take it again focused on the eyes, the camera on a stand or propped up, with more light
sharpness-moved = the picture was moved while it was taken ({$measured}, better is {$required})
sharpness-moved-hint = take it again with the camera on a stand or propped up, with more light
sharpness-wax = the skin looks smoothed, as by a beauty filter (as likely as {$measured}, better is {$required})
sharpness-wax-hint = use the original from the camera, with beauty mode and filters off: a retouched face is refused
sharpness-steps = the pixels are large, as in a picture that was enlarged ({$measured}, better is {$required})
sharpness-steps-hint = use the original from the camera, not a small copy that was enlarged
sharpness-rims = edges have rims or the picture is grainy, as when it is sharpened too much ({$measured}, better is {$required})
sharpness-rims-hint = use the original from the camera, with sharpening and filters off

compression-title = compression
compression-pass = no traces of compression to speak of
compression-doubtful = traces of compression ({$measured})
compression-fail = compressed to blocks ({$measured})
compression-hint = use the original from the camera, not a copy sent through a chat program or a web page
compression-tones = the picture has few tones, with steps between them ({$measured})
compression-tones-hint = use the original from the camera, not one saved with few colours (a GIF, a palette, a scan of text)

noise-title = noise
noise-pass = little noise
noise-doubtful = some noise ({$measured})
noise-fail = too much noise ({$measured})
noise-hint = take it again in daylight, so that the camera need not raise its sensitivity

exposure-title = exposure
exposure-pass = well exposed
exposure-doubtful = the face is somewhat dark or bright ({$measured}, better is {$required})
exposure-fail = the face is too dark or too bright ({$measured}, required is {$required})
exposure-dark = the face is dark ({$measured}, required is {$required})
exposure-dark-hint = take it again facing a window or a soft lamp, not with the light behind you; the brightest skin reaches only {$measured}
exposure-bright = the face is overexposed ({$measured}, required is {$required})
exposure-bright-hint = take it again without flash and out of direct sun: {$measured} of the face is burnt white
exposure-bright-eyes = the whites of the eyes are burnt ({$measured}, better is {$required})
exposure-bright-eyes-hint = take it again without flash and out of direct sun, or with the exposure turned down
exposure-veil = a veil of light lies over the face: its darkest places reach {$measured}, better is {$required}
exposure-veil-hint = wipe the lens, keep the sun and lamps out of it, and take it again; a scan needs its black point set
exposure-hint = take it again facing soft light such as a window, not against it

face-light-title = light on the face
face-light-pass = the face is evenly lit
face-light-doubtful = one side of the face is darker ({$measured})
face-light-fail = the face is unevenly lit ({$measured})
face-light-hint = take it again facing the light, so that both cheeks are equally bright; one gets {$measured} the light of the other
face-light-right-hint = take it again turned to the light: your right cheek gets {$measured} the light of your left one; a white sheet on your left helps
face-light-left-hint = take it again turned to the light: your left cheek gets {$measured} the light of your right one; a white sheet on your right helps

hot-spots-title = hot spots
hot-spots-pass = no hot spots on the face
hot-spots-doubtful = some hot spots on the face ({$measured})
hot-spots-fail = hot spots on the face ({$measured})
hot-spots-hint = dry forehead, nose and cheeks, switch the flash off, and take it again: {$measured} of the face shines white

colour-cast-title = colour cast
colour-cast-pass = natural colours
colour-cast-doubtful = a slight colour cast ({$measured})
colour-cast-fail = a colour cast ({$measured})
colour-cast-red = the skin leans to red ({$measured}, better is {$required})
colour-cast-green = the skin leans to yellow-green ({$measured}, better is {$required})
colour-cast-blue = the skin leans to blue ({$measured}, better is {$required})
colour-cast-hint = take it again in daylight, with coloured lamps and filters off and the white balance on automatic
colour-cast-orange = the light is orange: so are the whites of the eyes ({$measured}, better is {$required})
colour-cast-pink = the light is pink: so are the whites of the eyes ({$measured}, better is {$required})

black-and-white-title = in colour
black-and-white-pass = in colour
black-and-white-doubtful = hardly any colour ({$measured})
black-and-white-fail = black and white
black-and-white-tint = the whole photo has one tint ({$measured}), like a toned black-and-white one
black-and-white-hint = use a photo taken in colour; colours cannot be put back

red-eye-title = red eyes
red-eye-pass = no red eyes
red-eye-doubtful = the eyes may be red
red-eye-fail = the eyes are red
red-eye-hint = take it again without flash, in a brighter room

eyes-open-title = open eyes
eyes-open-pass = both eyes are open
eyes-open-doubtful = the eyes are only a little open ({$measured})
eyes-open-fail = the eyes are closed ({$measured})
eyes-shut-doubtful = an eye may be closed (as likely as {$measured})
eyes-shut-fail = the eyes are closed ({$measured} likely)
eyes-shut-hint = take it again with both eyes open and hair and reflections off them; take several, as everyone blinks
eyes-open-hint = take it again with the eyes wider open: the gap between the lids is {$measured} of the eye's width and should be {$required}

gaze-title = gaze
gaze-pass = looking at the camera
gaze-doubtful = perhaps not looking at the camera ({$measured})
gaze-fail = not looking at the camera ({$measured})
gaze-hint = take it again looking straight into the lens, not at the screen beside it

mouth-title = mouth
mouth-pass = the mouth is closed
mouth-doubtful = the mouth is a little open ({$measured})
mouth-fail = the mouth is open ({$measured})
mouth-hint = take it again with the lips closed and no teeth showing: the gap between the lips is {$measured} of the mouth's width and should be {$required}

glasses-title = glasses
glasses-pass = nothing wrong with the glasses
glasses-doubtful = the glasses may glare or have a heavy frame
glasses-fail = the glasses glare, are tinted, or cover the eyes
glasses-glare = the glasses seem to reflect light ({$measured}, better is {$required})
glasses-glare-hint = take it again without a lamp facing the lenses, the arms of the glasses raised a little so that the lenses point down
glasses-frame = the frame is thick: its rims take {$measured} of the face's width (better is {$required})
glasses-frame-hint = take it again with a thinner frame or without glasses
glasses-tint = the lenses seem tinted: eyes or skin behind them have {$measured} of the cheeks' brightness (better is {$required})
glasses-tint-hint = take it again with clear lenses or without glasses
glasses-worn = glasses are worn, without glare or tint; people who always wear them may keep them on
glasses-hint = keep glasses you always wear if they are clear and thin-rimmed; against glare, raise their arms a little so that the lenses point down

hair-over-face-title = hair over the face
hair-over-face-pass = no hair over the face
hair-over-face-doubtful = hair may cover the brows or the side of the face
hair-over-face-fail = hair covers the brows or the eyes
hair-over-face-hint = take it again with the fringe pinned up, so that both brows and the whole forehead are free

ears-title = ears
ears-pass = both ears show
ears-doubtful = an ear may be covered
ears-fail = the ears are covered
ears-hint = take it again with the hair behind both ears

face-covered-title = covered face
face-covered-pass = nothing lies before the face
face-covered-doubtful = something may lie before the face ({$measured} of it, better is {$required})
face-covered-patch = a patch on the face has another colour than the skin around it ({$measured} of the cheeks and the nose, better is {$required})
face-covered-written = writing, a stamp or a watermark lies across the face ({$measured} of a squared face width, better is {$required})
face-covered-fail = part of the face is covered ({$measured} of it): by a mask, a hand, a phone, or a scarf
face-covered-hint = take it again with hands down and the whole face free, from the brows to the chin

headwear-title = headwear
headwear-pass = bare head
headwear-doubtful = above the forehead there is a colour unlike hair ({$measured}, better is {$required}): perhaps a hat or a scarf
headwear-worn-doubtful = something seems to be worn on the head: a hat, a cap, or a scarf
headwear-fail = there is a hat or an ornament on the head
headwear-hint = take it again bare-headed; a head covering worn for religion may stay where the office allows it and the face is free

accessories-title = jewellery and earphones
accessories-pass = nothing is worn at ears, neck or hair
accessories-doubtful = something seems to be worn at the ears, the neck or in the hair: jewellery, earphones or an ornament ({$measured} of a squared face width)
accessories-fail = something is worn at the ears, the neck or in the hair
accessories-hint = take off earrings, necklace, earphones and hair ornaments; many offices want none on the photo

shoulders-title = shoulders
shoulders-pass = both shoulders are level
shoulders-doubtful = one shoulder stands higher than the other (by {$measured}, better is {$required})
shoulders-fail = one shoulder stands higher than the other (by {$measured}, required is {$required})
shoulders-hint = take it again sitting straight, both arms hanging down, the body square to the camera
shoulders-bare = the shoulders look bare ({$measured} of what is seen is skin, better is {$required})
shoulders-bare-hint = take it again in a top with sleeves that covers the shoulders

top-title = clothing
top-pass = the top stands out from the background
top-doubtful = the top is rather light ({$measured}, better is {$required})
top-fail = the top is too light against white ({$measured}, required is {$required})
top-colour = the top is as light as the background ({$measured}, better is {$required}) and may not stand out
top-hint = take it again in a dark top that is not a uniform: yours is {$measured} as bright as the background
