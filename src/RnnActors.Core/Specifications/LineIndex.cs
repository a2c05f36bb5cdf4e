using System.Text;
using System.Text.Json;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>Converts the offset of a byte in a text into a line and a column.</summary>
internal sealed class LineIndex
{
    private readonly string _name;
    private readonly List<int> _starts = [0];

    public LineIndex(string text, string name)
    {
        _name = name;
        Utf8 = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        for (int i = 0; i < Utf8.Length; i++)
            if (Utf8[i] == (byte)'\n') _starts.Add(i + 1);
    }

    public byte[] Utf8 { get; }

    /// <summary>The location of the byte at <paramref name="offset"/>. Columns count characters, as editors do.</summary>
    public SourceLocation At(long offset)
    {
        int found = _starts.BinarySearch((int)offset);
        int line = found >= 0 ? found : ~found - 1;
        return Locate(line, (int)offset - _starts[line]);
    }

    /// <summary>The location at which the JSON reader failed.</summary>
    public SourceLocation At(JsonException problem) => Locate((int)(problem.LineNumber ?? 0), (int)(problem.BytePositionInLine ?? 0));

    private SourceLocation Locate(int line, int bytes)
    {
        line = Math.Min(line, _starts.Count - 1);
        bytes = Math.Min(bytes, Utf8.Length - _starts[line]);
        return new SourceLocation(_name, line + 1, Encoding.UTF8.GetCharCount(Utf8, _starts[line], bytes) + 1);
    }
}
