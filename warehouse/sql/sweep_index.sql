-- Whatever of the search index belongs to no current text.
DELETE FROM postings WHERE doc NOT IN (SELECT doc FROM docs);

DELETE FROM passages WHERE doc NOT IN (SELECT doc FROM docs);
