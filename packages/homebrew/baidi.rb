# Filled by packages/manifests: version, address and checksums come from the release. It goes into a tap as Formula/baidi.rb.
class Baidi < Formula
  desc "Turns any portrait into the photo an office accepts"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/baidi-v@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/baidi-v@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/baidi-v@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-gnu.tar.gz@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/baidi-v@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-gnu.tar.gz@"
    end
  end

  def install
    bin.install "baidi"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/baidi.bash" => "baidi"
    zsh_completion.install "completions/_baidi"
    fish_completion.install "completions/baidi.fish"
    doc.install Dir["*.md"], "THIRD-PARTY-LICENSES.txt"
  end

  service do
    run [opt_bin/"baidi", "serve"]
    keep_alive true
    log_path var/"log/baidi.log"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/baidi --version")
    assert_match "358", shell_output("#{bin}/baidi specs shebao")
  end
end
