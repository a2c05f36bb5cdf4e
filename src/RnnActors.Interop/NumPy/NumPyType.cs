using RnnActors.Core.Problems;

namespace RnnActors.Interop.NumPy;

/// <summary>The elements of an array, as its header writes them: <c>&lt;f4</c>.</summary>
/// <param name="Kind">f, i, u, b; U for texts.</param>
/// <param name="Size">Bytes of a number; of a text, its most characters.</param>
internal readonly record struct NumPyType(char Kind, int Size, bool IsBigEndian)
{
    public int Bytes => Kind == 'U' ? 4 * Size : Size;

    /// <exception cref="InvalidInputException">They are no numbers or texts.</exception>
    public static NumPyType Parse(string descr, string path)
    {
        bool hasOrder = descr.Length > 0 && descr[0] is '<' or '>' or '=' or '|';
        string rest = hasOrder ? descr[1..] : descr;
        if (rest.Length > 1 && int.TryParse(rest.AsSpan(1), out int size))
        {
            bool isKnown = (rest[0], size) switch
            {
                ('f', 2 or 4 or 8) or ('i' or 'u', 1 or 2 or 4 or 8) or ('b', 1) => true,
                ('U', > 0 and <= 1 << 20) => true,
                _ => false,
            };
            if (isKnown) return new NumPyType(rest[0], size, descr[0] == '>');
        }

        string problem = rest.StartsWith('O')
            ? "the array holds Python objects, which are not read: reading them could run a program"
            : $"the array holds elements of the type {(descr.Length > 20 ? descr[..20] : descr)}, and numbers are read";
        throw new InvalidInputException(problem, "Save it with .astype('float32')", new SourceLocation(path));
    }
}
