using System.Globalization;
using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>A text that stays in its file is the same table, or the same refusal at the same place, as one in memory.</summary>
public sealed class PagedFileTests : IDisposable
{
    private static readonly string[] Encodings = ["utf-8", "utf-16", "utf-16BE", "utf-32", "iso-8859-1", "windows-1252"];

    private static readonly string[] Pieces =
    [
        "1", "2.5", "-3", ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"a,b\"", "\"x\"\"y\"", "text", "é", "漢字", "\U0001F600", " ", "\t", ";", "#", "NA",
        "2024-01-01", "2024-01-02 03:04", "true", "false", "1,234", "99999999",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "f.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pages_of_any_length_make_the_same_table_or_the_same_refusal() =>
        (from table in Gen.Bool
         from rows in (table ? Rows : Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[1, 60].Select(parts => string.Concat(parts)))
         from encoding in Gen.Int[0, Encodings.Length - 1]
         from isMarked in Gen.Bool
         from pageBytes in Gen.Int[8, 200]
         select (rows, Encodings[encoding], isMarked, pageBytes)).Sample(
            (text, encoding, isMarked, pageBytes) =>
            {
                Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
                Encoding writing = Encoding.GetEncoding(encoding);
                byte[] bytes = [.. isMarked ? writing.GetPreamble() : [], .. writing.GetBytes(text)];
                File.WriteAllBytes(Path, bytes);
                CsvFormat format = new() { Encoding = encoding };
                string whole = Describe(() => TableFile.Read(bytes, format, "f.csv"));
                SourceText? paged = null;
                string opened = Describe(() =>
                    (paged = SourceText.Open(Path, encoding, "f.csv", smallest: 1, pageBytes)) is null ? null : CsvTable.Parse(paged, format));
                if (opened.Length > 0) Assert.Equal(whole, opened);
                else Assert.True(paged is null);
            }, iter: 3000, threads: 1);

    /// <summary>Pages begin within characters of several bytes, line ends of two, quoted fields, and between both halves of a surrogate pair.</summary>
    [Fact]
    public void Every_character_has_its_place_wherever_a_page_begins()
    {
        const string text = "a,\"é\r\nß\",漢\r\n\U0001F600,2\r3\n\n4";
        foreach (string encoding in Encodings[..4])
        {
            File.WriteAllBytes(Path, Encoding.GetEncoding(encoding).GetBytes(text));
            SourceText whole = new("f.csv", text);
            for (int pageBytes = 8; pageBytes < 40; pageBytes++)
            {
                SourceText paged = SourceText.Open(Path, encoding, "f.csv", smallest: 1, pageBytes)!;
                Assert.Equal(text.Length, paged.Length);
                Assert.Equal(text, paged.Slice(0, text.Length));
                for (int at = text.Length; at >= 0; at--) Assert.Equal(whole.At(at), paged.At(at));
                for (int at = 0; at < text.Length; at++) Assert.Equal((text[at], whole.At(at)), (paged[at], paged.At(at)));
            }
        }
    }

    [Theory]
    [InlineData("shift_jis")]
    [InlineData("iso-2022-jp")]
    public void An_encoding_that_cannot_be_cut_anywhere_is_read_as_a_whole(string encoding)
    {
        File.WriteAllText(Path, "a,b\n1,2\n");
        Assert.Null(Opened(encoding));
    }

    [Fact]
    public void What_is_no_text_or_has_a_wrong_byte_is_left_to_who_can_say_so()
    {
        foreach (byte[] bytes in (byte[][])[[], "PAR1"u8.ToArray(), "PK\x03\x04"u8.ToArray(), [0x1F, 0x8B, 8], [.. "a,b\n1,"u8, 0xE9, .. "\n"u8], [0x61, 0]])
        {
            File.WriteAllBytes(Path, bytes);
            Assert.Null(Opened("utf-8"));
        }

        Assert.Null(SourceText.Open(_folder, "utf-8", "f.csv", 1));
        Assert.Null(SourceText.Open(Path + "x", "utf-8", "f.csv", 1));
        File.WriteAllText(Path, "a,b\n1,2\n");
        Assert.Throws<InvalidInputException>(() => Opened("utf-9"));
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_refused_and_one_that_grows_is_not()
    {
        File.WriteAllText(Path, "a,b\n1,2\n3,x\n");
        SourceText paged = Opened("utf-8", 8)!;
        File.AppendAllText(Path, "5,6\n");
        Assert.Equal("1,2\n3,x\n", paged.Slice(4, paged.Length));
        File.WriteAllText(Path, "a\n");
        Assert.StartsWith("f.csv: The file has changed while it was read", Assert.Throws<InvalidInputException>(() => paged.Slice(0, paged.Length)).Message);
    }

    private SourceText? Opened(string encoding, int pageBytes = 64) => SourceText.Open(Path, encoding, "f.csv", smallest: 1, pageBytes);

    private static Gen<string> Rows =>
        from columns in Gen.Int[1, 4]
        from rows in Gen.Int[0, Pieces.Length - 1].Where(i => Pieces[i] is not ("," or "\n" or "\r" or "\r\n" or "\"" or "#")).Array[columns].Array[1, 12]
        from end in Gen.Bool.Select(isCr => isCr ? "\r\n" : "\n")
        select string.Concat(rows.Select(row => string.Join(',', row.Select(i => Pieces[i])) + end));

    /// <summary>All of a table, or why there is none; empty for neither.</summary>
    private static string Describe(Func<Table?> read)
    {
        try
        {
            if (read() is not { } table) return "";
            StringBuilder all = new();
            foreach (Column column in table.Columns)
            {
                all.AppendLine(CultureInfo.InvariantCulture, $"{column.Name} {column.Kind} {column.LeftOut} {column.Fault}");
                all.AppendJoin(' ', column.Values.Select(BitConverter.DoubleToInt64Bits)).AppendLine();
                if (column.Texts is { } texts) all.AppendJoin('|', texts).AppendLine();
                for (int row = 0; row < table.Rows; row++) all.Append(CultureInfo.InvariantCulture, $"{column.FieldAt(row)}@{table.At(row, column)} ");
                all.AppendLine();
            }

            for (int row = 0; row < table.Times?.Local.Count; row++)
                all.AppendLine(CultureInfo.InvariantCulture, $"{table.Times.Local[row]:O} {table.Times.FieldAt(row)} {table.Times.At(row)}");
            return all.AppendJoin('\n', table.Notes).ToString();
        }
        catch (InvalidInputException problem)
        {
            return problem.Message;
        }
    }
}
