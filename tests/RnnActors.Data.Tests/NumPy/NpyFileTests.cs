using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;
using Xunit;

namespace RnnActors.Data.Tests.NumPy;

public class NpyFileTests
{
    /// <summary>What <c>np.save(f, np.arange(6, dtype='&gt;i2').reshape(2, 3))</c> writes, and the same in Fortran's order.</summary>
    private static byte[] Written(string descr, string fortran, string shape, byte[] values)
    {
        string quoted = descr[0] == '[' ? descr : $"'{descr}'";
        string header = $"{{'descr': {quoted}, 'fortran_order': {fortran}, 'shape': {shape}, }}";
        header = header.PadRight(((10 + header.Length + 1 + 63) / 64 * 64) - 11) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values];
    }

    [Fact]
    public void What_numpy_writes_is_read()
    {
        byte[] big = [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 255, 251];
        NumPyArray array = Read(Written(">i2", "False", "(2, 3)", big));
        Assert.Equal([0, 1, 2, 3, 4, -5], array.ToDoubles());
        Assert.Equal([2, 3], array.Shape);
        Assert.Equal([0, 2, 4, 1, 3, -5], Read(Written(">i2", "True", "(2, 3)", big)).ToDoubles());
        Assert.Equal([1, 0, 1], Read(Written("|b1", "False", "(3,)", [1, 0, 1])).ToFloats());
        Assert.Equal([1.5], Read(Written("<f2", "False", "()", [0, 0x3e])).ToDoubles());
        Assert.Equal([], Read(Written("<f8", "False", "(0, 4)", [])).ToDoubles());
    }

    [Fact]
    public void Arrays_come_back_as_they_were_written() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 4], Gen.Double[-1e9, 1e9].Array[20]).Sample((rows, columns, values) =>
    {
        double[] own = values[..(rows * columns)];
        NumPyArray[] arrays =
        [
            NumPyArray.Of(own, rows, columns), NumPyArray.Of([.. own.Select(value => (float)value)], rows, columns),
            NumPyArray.Of([.. own.Select(value => (long)value)], rows, columns),
        ];
        foreach (NumPyArray array in arrays)
        {
            NumPyArray read = Read(Bytes(array));
            Assert.Equal(array.ToDoubles(), read.ToDoubles());
            Assert.Equal([rows, columns], read.Shape);
        }
    }, iter: 100);

    [Fact]
    public void Texts_and_archives_come_back()
    {
        using MemoryStream stream = new();
        NpzFile.Write(stream, [("words", NumPyArray.Of(["", "größer", "𝄞"])), ("a/b", NumPyArray.Of([1f, 2f], 2, 1))]);
        stream.Position = 0;
        var arrays = NpzFile.Read(stream, "f.npz");
        Assert.Equal(["words", "a/b"], arrays.Select(array => array.Name));
        Assert.Equal(["", "größer", "𝄞"], arrays[0].Array.ToTexts());
        Assert.Equal([1f, 2f], arrays[1].Array.ToFloats());
    }

    /// <summary>What numpy makes of <c>np.array([(1, 'a', '2024-03-01'), (-2, 'é', 'NaT')], dtype)</c> with the fields n, it's and t.</summary>
    [Fact]
    public void Records_are_columns()
    {
        byte[] bytes = Written("[('n', '>i2'), (\"it's\", '<U1'), ('t', '<M8[D]')]", "False", "(2,)",
            [0, 1, (byte)'a', 0, 0, 0, .. BitConverter.GetBytes(19783L), 255, 254, 0xE9, 0, 0, 0, .. BitConverter.GetBytes(long.MinValue)]);
        var columns = NpyFile.ReadColumns(new MemoryStream(bytes), bytes.Length, "f.npy");
        Assert.Equal(["n", "it's", "t"], columns.Select(column => column.Name));
        Assert.Equal([1, -2], columns[0].Column.ToDoubles());
        Assert.Equal(["a", "é"], columns[1].Column.ToTexts());
        Assert.Equal([19783, long.MinValue], columns[2].Column.ToCounts());
        Assert.Contains("a['name']", Assert.Throws<InvalidInputException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_come_back_as_they_were_written() =>
        Gen.Select(Gen.String[Gen.Char, 0, 8].ArrayUnique[1, 4], Gen.Int[0, 5], Gen.Double).Sample((names, rows, value) =>
    {
        names = [.. names.Select(name => string.Concat(name.Where(letter => !char.IsSurrogate(letter)))).Distinct()];
        (string Name, NumPyArray Column)[] columns = [.. names.Select((name, i) => (name, i % 2 == 0
            ? NumPyArray.Of([.. Enumerable.Repeat(value, rows)], rows)
            : NumPyArray.Of([.. Enumerable.Range(0, rows).Select(row => $"é{row}")])))];
        using MemoryStream stream = new();
        NpyFile.Write(stream, columns);
        stream.Position = 0;
        var read = NpyFile.ReadColumns(stream, stream.Length, "f.npy");
        Assert.Equal(columns.Select(column => column.Name), read.Select(column => column.Name));
        for (int i = 0; i < columns.Length; i++)
        {
            if (i % 2 == 0) Assert.Equal(columns[i].Column.ToDoubles(), read[i].Column.ToDoubles());
            else Assert.Equal(columns[i].Column.ToTexts(), read[i].Column.ToTexts());
        }
    }, iter: 300);

    [Theory]
    [InlineData("|O", "(1,)", "holds Python objects, which are not read")]
    [InlineData("<c8", "(1,)", "elements of the type <c8")]
    [InlineData("<f4", "(3,)", "asks for 12 bytes of values, and 4 follow")]
    [InlineData("<f4", "(4611686018427387904, 4)", "larger than any file")]
    [InlineData("<f4", "(1", "not what NumPy writes")]
    [InlineData("<f4", "(99999999999999999999,)", "is no extent")]
    [InlineData("<U99999999", "(1,)", "elements of the type")]
    [InlineData("<M8", "(1,)", "elements of the type <M8")]
    [InlineData("[('a', '<f4'), ('a', '<f4')]", "(1,)", "two fields 'a'")]
    [InlineData("[('a', '<f4', (2,))]", "(1,)", "'a' holds an array in each record")]
    [InlineData("[('a', [('b', '<f4')])]", "(1,)", "'a' holds records itself")]
    [InlineData("[]", "(1,)", "not what NumPy writes")]
    [InlineData("[('a\\q', '<f4')]", "(1,)", "not what NumPy writes")]
    public void What_is_no_array_is_refused(string descr, string shape, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Read(Written(descr, "False", shape, [1, 2, 3, 4]))).Message,
            StringComparison.Ordinal);

    /// <summary>Bytes that are changed, cut off or added never do more than be refused with a sentence.</summary>
    [Fact]
    public void Hostile_bytes_are_refused_with_a_message()
    {
        using MemoryStream stream = new();
        NpzFile.Write(stream, [("a", NumPyArray.Of([1f, 2f, 3f], 3)), ("b", NumPyArray.Of([1L, 2], 1, 2))]);
        byte[] archive = stream.ToArray(), array = Bytes(NumPyArray.Of([1.0, 2], 2, 1));
        Gen.Select(Gen.Bool, Gen.Int[0, 1_000_000], Gen.Byte, Gen.Int[0, 3]).Sample((isArchive, place, value, how) =>
        {
            byte[] bytes = [.. isArchive ? archive : array];
            int at = place % bytes.Length;
            bytes = how switch { 0 => bytes[..at], 1 => [.. bytes[..at], value, .. bytes[at..]], _ => [.. bytes[..at], value, .. bytes[(at + 1)..]] };
            try
            {
                if (isArchive) NpzFile.Read(new MemoryStream(bytes), "f.npz");
                else Read(bytes);
            }
            catch (InvalidInputException problem)
            {
                Assert.StartsWith("f", problem.Message, StringComparison.Ordinal);
            }
        }, iter: 5000);
    }

    private static NumPyArray Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), bytes.Length, "f.npy");

    private static byte[] Bytes(NumPyArray array)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }
}
