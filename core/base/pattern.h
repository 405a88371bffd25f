/* Regular expressions, as far as the original's filters meet them: the part of Go's regexp (RE2) that people
 * write in names.
 *
 *     literals  .  [a-z]  [^a-z]  \d \w \s \D \W \S  \. and other escapes  ( )  (?: )  |  * + ?  {n} {n,} {n,m}
 *     ^ and $ (of the whole text)
 *
 * Bytes are compared, so that a character beyond ASCII counts as several. */
#ifndef WCD_BASE_PATTERN_H
#define WCD_BASE_PATTERN_H

enum wcd_pattern_result {
    WCD_PATTERN_NO,
    WCD_PATTERN_YES,
    WCD_PATTERN_INVALID /* no such expression, one with parts that are not offered, or far too much work */
};

/* regexp.MatchString: whether the pattern matches somewhere in the text. */
enum wcd_pattern_result wcd_pattern_match(const char *pattern, const char *text);

#endif
