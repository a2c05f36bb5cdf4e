# Completion of rnnactors for fish: rnnactors completion fish > ~/.config/fish/completions/rnnactors.fish
function __rnnactors_suggestions
    set -l typed (commandline --cut-at-cursor --current-process | string collect)
    set -l program (string match --regex '^\s*\S+' -- "$typed")
    set -l line (string sub --start (math 1 + (string length -- "$program")) -- "$typed")
    $program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command rnnactors --arguments '(__rnnactors_suggestions)'
