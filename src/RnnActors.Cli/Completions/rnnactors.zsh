#compdef rnnactors
# Completion of rnnactors for zsh. In ~/.zshrc, behind compinit: source <(rnnactors completion zsh)
_rnnactors() {
    local line="${(j: :)words[2,CURRENT-1]} $PREFIX"
    local -a found
    found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    found=(${found:#})
    if (( $#found == 0 )); then
        _files
        return
    fi
    # Behind = and . the word goes on.
    compadd -S '' -- ${(M)found:#*[=.]}
    compadd -- ${found:#*[=.]}
}
compdef _rnnactors rnnactors
