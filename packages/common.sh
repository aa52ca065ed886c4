# What the scripts of this folder share: sourced by each of them, in the root of the repository.
# shellcheck shell=bash disable=SC2034

# The first line of its kind in Cargo.toml is the package's own.
field() { sed -n "s/^$1 = \"\(.*\)\"/\1/p" Cargo.toml | head -n 1; }
version=$(field version)
repository=$(field repository)
description=$(field description)

# The time of the last commit stands for now, so that one commit gives the same bytes whenever it is packed.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

# Files that are made here are for everybody to read, whatever the umask.
umask 022

# Writes a tar.gz of the folder $2, which stands in $1, to $3: names in order, nobody's, of one time.
tar_of() {
    "$(command -v gtar || command -v tar)" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$1" -cf - "$2" | gzip -9n >"$3"
}

# Puts what goes with every program into the folder $2: licences, what it carries that others made, both READMEs, the changes.
papers() {
    cp LICENSE-APACHE LICENSE-MIT README.md README.zh-CN.md CHANGELOG.md THIRD-PARTY.md "$2"
    packages/licences --target "$1" >"$2/THIRD-PARTY-LICENSES.txt"
}

# The manual pages into the folder $2 and the completions into $3, as the program $1 prints them.
manual_and_completions() {
    local program=$1 manual=$2 completions=$3 command
    mkdir -p "$manual" "$completions"
    "$program" man >"$manual/baidi.1"
    sed -n 's/^baidi\\-\([a-z]*\)(1)$/\1/p' "$manual/baidi.1" | while read -r command; do
        # `help` is clap's own and has no page.
        "$program" man "$command" >"$manual/baidi-$command.1" 2>/dev/null || rm "$manual/baidi-$command.1"
    done
    "$program" completions bash >"$completions/baidi.bash"
    "$program" completions zsh >"$completions/_baidi"
    "$program" completions fish >"$completions/baidi.fish"
    "$program" completions powershell >"$completions/_baidi.ps1"
}
