/** The hidden word that asks qgt for the candidates of a command line. */
export const COMPLETE = '--complete';

/**
 * Completion script for bash and zsh: it asks qgt for candidates, and leaves file names to the shell.
 *
 * qgt's exit code is 0 where it has candidates, or knows that none exist; on any error the shell completes file
 * names, and nothing is printed.
 */
export const completionScript = `# Completion of qgt's commands, options and values, for bash and zsh.
if [ -n "\${ZSH_VERSION-}" ]; then
  _qgt() {
    local answer
    local -a candidates
    if answer=$(qgt ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null); then
      candidates=("\${(@)\${(@f)answer}/$'\\t'/:}")
      _describe qgt candidates
    else
      [[ $PREFIX == --*=* ]] && compset -P '*='
      _files
    fi
  }
  whence compdef >/dev/null || { autoload -Uz compinit && compinit; }
  compdef _qgt qgt
else
  _qgt() {
    local answer word meaning
    COMPREPLY=()
    if answer=$(qgt ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); then
      compopt +o default +o bashdefault 2>/dev/null
      while IFS=$'\\t' read -r word meaning; do
        [ -n "$word" ] && COMPREPLY+=("$word")
      done <<< "$answer"
    fi
  }
  complete -o bashdefault -o default -F _qgt qgt
fi`;
