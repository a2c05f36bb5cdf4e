using System.Globalization;
using System.Text.RegularExpressions;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Splits;

/// <summary>
/// A rule that selects rows: <c>take &lt; 5</c>, <c>line % 10 == 3</c>, <c>speaker == theo and take &gt;= 5</c>. It compares a field, or the remainder of its
/// division, with a number or a text. Comparisons are joined by <c>and</c>, which binds more tightly, and <c>or</c>.
/// </summary>
public sealed partial class RowRule
{
    private readonly Comparison[][] _alternatives;

    private RowRule(string text, Comparison[][] alternatives) => (Text, _alternatives) = (text, alternatives);

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>The fields that it reads.</summary>
    public IEnumerable<string> Fields => _alternatives.SelectMany(all => all).Select(comparison => comparison.Field).Distinct();

    /// <exception cref="InvalidInputException">It is not such a rule.</exception>
    public static RowRule Parse(string text) =>
        new(text, [.. Or().Split(text).Select(all => And().Split(all).Select(part => Compare(part, text)).ToArray())]);

    /// <param name="field">The value of a field.</param>
    /// <exception cref="InvalidInputException">A field that is compared as a number is not one.</exception>
    public bool Holds(Func<string, string> field) => _alternatives.Any(all => all.All(comparison => comparison.Holds(field)));

    public override string ToString() => Text;

    private static Comparison Compare(string part, string rule)
    {
        Match match = Form().Match(part);
        if (!match.Success)
        {
            throw new InvalidInputException(
                $"\"{part.Trim()}\" is no rule for rows",
                $"Write a field, a comparison and a value, as in \"take < 5\" or \"line % 10 == 3\", joined by and, or; not \"{rule}\"");
        }

        string value = match.Groups["value"].Value.Trim('\'', '"');
        int? modulus = match.Groups["modulus"].Success ? int.Parse(match.Groups["modulus"].ValueSpan, CultureInfo.InvariantCulture) : null;
        string comparison = match.Groups["comparison"].Value;
        bool isNumber = TryNumber(value, out double number);
        if (modulus == 0) throw new InvalidInputException($"\"{part.Trim()}\" divides by 0", "Give a number above 0 behind %");
        if (!isNumber && (modulus is not null || comparison is not ("==" or "=" or "!=")))
            throw new InvalidInputException($"\"{part.Trim()}\" compares with \"{value}\", which is no number", "Texts can be equal (==) or not (!=)");
        return new Comparison(match.Groups["field"].Value, modulus, comparison, value, isNumber ? number : null);
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    [GeneratedRegex(@"\s+or\s+|\s*\|\|\s*")]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+and\s+|\s*&&\s*")]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*(?<field>[\p{L}_][\p{L}\p{N}_.\- ]*?)\s*(%\s*(?<modulus>\d{1,9})\s*)?(?<comparison>==|!=|<=|>=|=|<|>)\s*"
        + @"(?<value>'[^']*'|""[^""]*""|[^\s'""=<>!%]+)\s*$")]
    private static partial Regex Form();

    private sealed record Comparison(string Field, int? Modulus, string Sign, string Text, double? Number)
    {
        public bool Holds(Func<string, string> field)
        {
            string value = field(Field);
            bool isOfTexts = Number is null || (Modulus is null && Sign is "==" or "=" or "!=" && !TryNumber(value, out _));
            if (isOfTexts) return Sign == "!=" ? value != Text : value == Text;
            if (!TryNumber(value, out double number))
                throw new InvalidInputException($"the field {Field} is \"{value}\", which is no number",
                    $"Compare it with == or != and a text, not with {Sign} {Text}");
            if (Modulus is { } modulus) number -= modulus * Math.Floor(number / modulus);
            return Sign switch
            {
                "<" => number < Number,
                "<=" => number <= Number,
                ">" => number > Number,
                ">=" => number >= Number,
                "!=" => number != Number,
                _ => number == Number,
            };
        }
    }
}
