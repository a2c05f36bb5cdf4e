#!/usr/bin/env bash
# fuzz.sh FORMAT [SECONDS]: looks with afl-fuzz for inputs that a reader does not bear. Wants afl++ (Debian: apt-get install afl++).
# Without FORMAT it lists the formats. It goes on from what it found before; artifacts/fuzz/FORMAT/default/crashes has its findings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=artifacts/fuzz bin=artifacts/fuzz/bin built=tests/RnnActors.Fuzz/bin/Release/net10.0 version=2.3.0

if [ ! -e "$bin/instrumented" ] || [ -n "${REBUILD:-}" ]; then
  mkdir -p "$out" && rm -rf "$bin"
  dotnet build tests/RnnActors.Fuzz -c Release -nologo -v q -clp:ErrorsOnly
  cp -r "$built" "$bin"
  [ -x "$out/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version "$version" --tool-path "$out/tools"
  for library in RnnActors.{Core,Data,Training,Runs,Interop} Apache.Arrow Parquet PureHDF Sylvan.Data.Csv Microsoft.ML.Tokenizers; do
    "$out/tools/sharpfuzz" "$bin/$library.dll"
  done
  touch "$bin/instrumented"
fi

# Instrumented code runs below afl-fuzz alone.
if [ $# -eq 0 ]; then exec dotnet "$built/RnnActors.Fuzz.dll"; fi
format=$1 seconds=${2:-}
[ -d "$out/$format/default" ] && in=- || in="$out/$format-seeds"
[ "$in" = - ] || dotnet "$built/RnnActors.Fuzz.dll" "$format" --seeds "$in"
# The reader is a program of .NET: afl-fuzz cannot see that it is instrumented, and it needs more memory than afl-fuzz would allow.
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1
export DOTNET_GCHeapHardLimit=0x40000000 # 1 GB: what asks for more is a finding
exec nice -n 19 afl-fuzz -i "$in" -o "$out/$format" -t 10000 -m none ${seconds:+-V "$seconds"} -- dotnet "$bin/RnnActors.Fuzz.dll" "$format" --afl
