# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What holds for every page of HTML; beside lib.sh.

# page_is_whole PAGE FIGURES: it loads nothing, is well formed, and its headings,
# tables, names, data and colours are as they should be
page_is_whole() {
	local page=$1 figures=$2

	is "$page is small" \
		"$([ "$(stat -c %s "$page")" -lt 5000000 ] && echo yes)" yes
	lacks '<(link|img|iframe|object|embed|base|form)[ >]' "$page"
	lacks '(src|srcset|poster|action|background)=' "$page"
	lacks '(url\((https?|//)|@import)' "$page"
	lacks ' on[a-z]+=' "$page"
	has "content=\"default-src 'none';" "$page"
	is "$page has one script, its own" "$(grep -c '<script' "$page")" 1
	if command -v xmllint >/dev/null; then
		ok "$page is well formed" xmllint --noout "$page"
	else
		skip "$page is well formed" "no xmllint"
	fi
	if command -v python3 >/dev/null; then
		ok "$page was read" \
			python3 "$top/tests/cli/page.py" "$page" "$figures"
		none "$page is as it should be" "$out"
	else
		skip "headings, tables, colours of $page" "no python3"
	fi
}

# browse WIDTH PAGE OPTION…: what it prints is in $out, its console in console
browse() {
	local width=$1 page=$2
	shift 2
	HOME=$tmp chromium --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --disable-component-update \
		--user-data-dir="$tmp/profile" --window-size="$width,900" \
		--enable-logging=stderr --virtual-time-budget=5000 "$@" \
		"file://$tmp/$page" >"$out" 2>"$err"
	grep CONSOLE "$err" >console || :
	: >"$err"
}

# page_in_browser PAGE FIGURES SERIES: nothing in the console; all figures are
# seen, folds open, as many SERIES (a pattern) go and return, wide and narrow
page_in_browser() {
	local page=$1 figures=$2 series=$3 width

	if ! command -v chromium >/dev/null; then
		skip "$page in a browser" "no chromium"
		return
	fi
	# A script more, which says in the title what it saw.
	{
		sed '/<\/body>/,$d' "$page"
		echo '<script>'
		cat "$top/tests/cli/page.js"
		echo '</script></body></html>'
	} >probe.html
	# No window is as narrow as a telephone, but a frame in it may be.
	for width in 1280 390; do
		{
			echo "<!DOCTYPE html><iframe width=\"$width\" height=\"800\" srcdoc=\""
			sed 's/&/\&amp;/g; s/"/\&quot;/g' probe.html
			echo '"></iframe><script>onload = () => {'
			echo 'document.title = frames[0].document.title; };</script>'
		} >frame.html
		browse 1400 frame.html --dump-dom
		grep -o '^.*<title>[^<]*</title>' "$out" | tail -n 1 >title
		has "<title>$series series, $figures figures, $width wide: fine</title>" title
		none "no word in the console at $width" console
	done
}
