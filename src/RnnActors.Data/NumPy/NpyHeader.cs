using System.Globalization;
using System.Text;

namespace RnnActors.Data.NumPy;

/// <summary>A field of a structured array's records. A plain array has a single field without a name.</summary>
internal readonly record struct NpyField(string Name, NumPyType Type);

/// <summary>The header of a .npy file: a Python dictionary (NEP 1) with the element type, the order and the shape.</summary>
internal sealed record NpyHeader(IReadOnlyList<NpyField> Fields, bool IsStructured, bool IsFortran, IReadOnlyList<long> Shape)
{
    private const int MaxDimensions = 32, MaxFields = 1 << 12;

    /// <summary>Bytes of an element; of a record if the array is structured.</summary>
    public long ElementBytes => Fields.Sum(one => (long)one.Type.Bytes);

    public override string ToString()
    {
        string types = IsStructured ? $"[{string.Join(", ", Fields.Select(field => $"({Quoted(field.Name)}, '{field.Type}')"))}]" : $"'{Fields[0].Type}'";
        string shape = Shape.Count == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";
        return string.Create(CultureInfo.InvariantCulture, $"{{'descr': {types}, 'fortran_order': {(IsFortran ? "True" : "False")}, 'shape': {shape}, }}");
    }

    /// <exception cref="FormatException">It is not what NumPy writes; the message says how, as a clause.</exception>
    /// <exception cref="Core.Problems.InvalidInputException">The element type is not supported.</exception>
    public static NpyHeader Parse(string text, string path)
    {
        Reader reader = new(text);
        List<NpyField>? fields = null;
        bool isStructured = false;
        bool? isFortran = null;
        List<long>? shape = null;
        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            string key = reader.Text();
            reader.Expect(':');
            switch (key)
            {
                case "descr" when fields is null:
                    isStructured = reader.IsAt('[');
                    fields = isStructured ? Records(ref reader, path) : [new NpyField("", NumPyType.Parse(reader.Text(), path))];
                    break;
                case "fortran_order" when isFortran is null:
                    isFortran = reader.TryTake("True") || (reader.TryTake("False") ? false : throw Unlike());
                    break;
                case "shape" when shape is null:
                    shape = Extents(ref reader);
                    break;
                default:
                    throw Unlike();
            }

            if (!reader.TryTake(',') && !reader.IsAt('}')) throw Unlike();
        }

        reader.ExpectEnd();
        return fields is null || isFortran is null || shape is null ? throw Unlike() : new NpyHeader(fields, isStructured, isFortran.Value, shape);
    }

    private static FormatException Unlike() => new("its header is not what NumPy writes");

    private static List<NpyField> Records(ref Reader reader, string path)
    {
        List<NpyField> fields = [];
        HashSet<string> names = [];
        reader.Expect('[');
        while (!reader.TryTake(']'))
        {
            reader.Expect('(');
            string name = reader.Text();
            reader.Expect(',');
            if (reader.IsAt('[')) throw new FormatException($"its field '{name}' holds records itself");
            NumPyType type = NumPyType.Parse(reader.Text(), path);
            if (reader.TryTake(',') && !reader.IsAt(')')) throw new FormatException($"its field '{name}' holds an array in each record");
            reader.Expect(')');
            if (!names.Add(name)) throw new FormatException($"it has two fields '{name}'");
            if (fields.Count == MaxFields) throw new FormatException($"it has more than {MaxFields} fields");
            fields.Add(new NpyField(name, type));
            if (!reader.TryTake(',') && !reader.IsAt(']')) throw Unlike();
        }

        return fields.Count > 0 ? fields : throw Unlike();
    }

    private static List<long> Extents(ref Reader reader)
    {
        List<long> extents = [];
        reader.Expect('(');
        while (!reader.TryTake(')'))
        {
            string digits = reader.Digits();
            extents.Add(long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long extent)
                ? extent
                : throw new FormatException($"'{(digits.Length > 20 ? digits[..20] : digits)}' is no extent"));
            reader.TryTake('L'); // Python 2's suffix of integers
            if (extents.Count > MaxDimensions) throw new FormatException($"it has more than {MaxDimensions} dimensions");
            if (!reader.TryTake(',') && !reader.IsAt(')')) throw Unlike();
        }

        return extents;
    }

    /// <summary>A text as Python's <c>repr</c> writes it.</summary>
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("'");
        foreach (char letter in text)
        {
            if (letter is '\'' or '\\') quoted.Append('\\').Append(letter);
            else if (char.IsControl(letter)) quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
            else quoted.Append(letter);
        }

        return quoted.Append('\'').ToString();
    }

    private ref struct Reader(string text)
    {
        private int _at;

        public bool IsAt(char expected)
        {
            while (_at < text.Length && text[_at] is ' ' or '\n') _at++;
            return _at < text.Length && text[_at] == expected;
        }

        public bool TryTake(char expected)
        {
            if (!IsAt(expected)) return false;
            _at++;
            return true;
        }

        public bool TryTake(string word)
        {
            if (!IsAt(word[0]) || !text.AsSpan(_at).StartsWith(word)) return false;
            _at += word.Length;
            return true;
        }

        public void Expect(char expected)
        {
            if (!TryTake(expected)) throw Unlike();
        }

        public void ExpectEnd()
        {
            if (text.AsSpan(_at).ContainsAnyExcept(' ', '\n')) throw Unlike();
        }

        public string Digits()
        {
            IsAt('0');
            int start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            return _at > start ? text[start.._at] : throw Unlike();
        }

        /// <summary>A text in either kind of Python's quotes, with its escapes.</summary>
        public string Text()
        {
            TryTake('u'); // Python 2's prefix of texts
            char quote = TryTake('\'') ? '\'' : TryTake('"') ? '"' : throw Unlike();
            StringBuilder read = new();
            while (_at < text.Length && text[_at] != quote)
            {
                char letter = text[_at++];
                read.Append(letter == '\\' ? Escaped() : letter.ToString());
            }

            if (_at++ >= text.Length) throw Unlike();
            return read.ToString();
        }

        private string Escaped()
        {
            if (_at >= text.Length) throw Unlike();
            char letter = text[_at++];
            int digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                return letter switch
                {
                    'n' => "\n",
                    'r' => "\r",
                    't' => "\t",
                    '\\' or '\'' or '"' => letter.ToString(),
                    _ => throw Unlike(),
                };
            }

            if (text.Length - _at < digits) throw Unlike();
            bool isNumber = int.TryParse(text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code);
            _at += digits;
            return isNumber && Rune.IsValid(code) ? new Rune(code).ToString() : throw Unlike();
        }
    }
}
