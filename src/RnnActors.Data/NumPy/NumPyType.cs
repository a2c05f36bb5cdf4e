using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.NumPy;

/// <summary>The element type of an array, as its header writes it: <c>&lt;f4</c>.</summary>
/// <param name="Kind">f, i, u, b; U for texts in UTF-32, S for texts in bytes; M for times.</param>
/// <param name="Size">Bytes of a number or a time; the maximum number of characters of a text.</param>
/// <param name="Unit">For times: Y, M, W, D, h, m, s, ms, us, ns; else empty.</param>
internal readonly record struct NumPyType(char Kind, int Size, bool IsBigEndian, string Unit = "")
{
    private const int MaxText = 1 << 20;

    private static readonly string[] Units = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"];

    public int Bytes => Kind == 'U' ? 4 * Size : Size;

    public bool IsNumber => Kind is 'f' or 'i' or 'u' or 'b';

    public bool IsText => Kind is 'U' or 'S';

    /// <exception cref="InvalidInputException">The elements are not numbers, texts or times.</exception>
    public static NumPyType Parse(string descr, string path)
    {
        bool hasOrder = descr.Length > 0 && descr[0] is '<' or '>' or '=' or '|';
        string rest = hasOrder ? descr[1..] : descr, unit = "";
        bool isTime = rest.StartsWith("M8[", StringComparison.Ordinal) && rest.EndsWith(']') && Array.IndexOf(Units, rest[3..^1]) >= 0;
        if (isTime) (unit, rest) = (rest[3..^1], "M8");
        if (rest.Length > 1 && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            bool isKnown = (rest[0], size) switch
            {
                ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) => true,
                ('U' or 'S', > 0 and <= MaxText) => true,
                ('M', 8) => unit.Length > 0,
                _ => false,
            };
            if (isKnown) return new NumPyType(rest[0], size, descr[0] == '>', unit);
        }

        string problem = rest.StartsWith('O')
            ? "the array holds Python objects, which are not read: reading them could run a program"
            : $"the array holds elements of the type {(descr.Length > 20 ? descr[..20] : descr)}, and numbers, texts and times are read";
        throw new InvalidInputException(problem, "Save it with .astype('float32')", new SourceLocation(path));
    }

    public override string ToString()
    {
        string order = Size == 1 && Kind != 'U' || Kind == 'S' ? "|" : IsBigEndian ? ">" : "<";
        return $"{order}{Kind}{Size.ToString(CultureInfo.InvariantCulture)}{(Unit.Length > 0 ? $"[{Unit}]" : "")}";
    }
}
