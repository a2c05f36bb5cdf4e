# Completion of rnnactors for bash. In ~/.bashrc: source <(rnnactors completion bash)
_rnnactors() {
    local program=${COMP_WORDS[0]/#\~/$HOME} line=${COMP_LINE:0:COMP_POINT} word before one
    line=${line#*"${COMP_WORDS[0]}"}
    word=${line##* }
    # bash replaces what stands behind = and : alone.
    before=${word%"${word##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r one; do
        COMPREPLY+=("${one#"$before"}")
    done < <("$program" "[suggest:${#line}]" "$line" 2>/dev/null)
    # Behind these the word goes on.
    [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o default -F _rnnactors rnnactors
