#!/bin/sh
# {{mark}}
#
# GNOME Files hands the selection over twice, one item a line: as paths and as addresses. A name may hold a line break,
# and then a line that looks like a path may be a part of another: the paths are taken where both lists are equally
# long, else the addresses are decoded, which is exact and takes longer.

program={{program}}
nl='
'
paths=${NAUTILUS_SCRIPT_SELECTED_FILE_PATHS%"$nl"}
addresses=${NAUTILUS_SCRIPT_SELECTED_URIS%"$nl"}

lines() {
    printf '%s\n' "$1" | wc -l
}

# Puts the path of the file address $1 into $path.
decode() {
    rest=${1#file://}
    path=
    while :; do
        case $rest in
        *%[0-9A-Fa-f][0-9A-Fa-f]*)
            before=${rest%%\%[0-9A-Fa-f][0-9A-Fa-f]*}
            rest=${rest#"$before"%}
            hex=${rest%"${rest#??}"}
            rest=${rest#??}
            # The x keeps a line break from being cut off.
            sign=$(printf "\\$(printf '%03o' "0x$hex")x")
            path=$path$before${sign%x}
            ;;
        *)
            path=$path$rest
            return
            ;;
        esac
    done
}

set --
if [ -z "$addresses" ] || [ "$(lines "$paths")" -eq "$(lines "$addresses")" ]; then
    path=
    while IFS= read -r line; do
        case $line in
        /*)
            [ -z "$path" ] || set -- "$@" "$path"
            path=$line
            ;;
        *) [ -z "$path" ] || path=$path$nl$line ;;
        esac
    done <<LIST
$paths
LIST
    [ -z "$path" ] || set -- "$@" "$path"
else
    while IFS= read -r line; do
        case $line in
        file:///*)
            decode "$line"
            set -- "$@" "$path"
            ;;
        esac
    done <<LIST
$addresses
LIST
fi
exec "$program" "$@"
