// SPDX-License-Identifier: GPL-2.0-or-later
// What a browser makes of a page of report --html, told in its title.
'use strict';
{
	const said = [];
	const root = document.documentElement;
	const figures = document.querySelectorAll('figure svg');
	const shown = () => [...document.querySelectorAll('figure svg *')]
		.filter((e) => e.style.display !== 'none').length;
	const boxes = document.querySelectorAll('figure input');

	if (root.scrollWidth > root.clientWidth)
		said.push('wider than the window');
	for (const svg of figures) {
		const box = svg.getBoundingClientRect();

		if (box.width < 250 || box.height < 100)
			said.push('a figure is not seen');
	}
	for (const box of boxes) {
		const before = shown();

		box.click();
		if (shown() >= before)
			said.push('a series stays');
		box.click();
		if (shown() !== before)
			said.push('a series does not return');
	}
	for (const fold of document.querySelectorAll('details')) {
		if (fold.open)
			said.push('a fold is open');
		fold.querySelector('summary').click();
		if (!fold.open)
			said.push('a fold stays closed');
	}
	document.title = `${boxes.length} series, ${figures.length} figures, ` +
		`${innerWidth} wide: ${said.join(', ') || 'fine'}`;
}
