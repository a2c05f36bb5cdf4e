using System.IO.Compression;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.NumPy;
using RnnActors.Interop.Weights;
using Xunit;

namespace RnnActors.Interop.Tests.Weights;

/// <summary>Keras's HDF5 files give the parameters that <c>model.get_weights()</c> in an .npz gives.</summary>
public sealed class KerasHdf5Tests : IDisposable
{
    private static readonly long[][] Shapes =
        [[5, 3], [3, 6], [2, 6], [2, 6], [2, 8], [2, 8], [8], [2, 8], [2, 8], [8], [4, 9], [3, 9], [2, 9], [3], [3], [3, 2], [2]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("keras2.h5")]
    [InlineData("keras3.weights.h5")]
    [InlineData("keras3-latest.weights.h5")]
    [InlineData("model.keras")]
    public void Every_layout_gives_what_get_weights_gives(string name)
    {
        string path = name == "model.keras" ? Archive(KerasFiles.Path("keras3.weights.h5"), "model.weights.h5") : KerasFiles.Path(name);
        Assert.Equal(WeightFile.Read(Npz(), KerasFiles.Model), WeightFile.Read(path, KerasFiles.Model));
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_its_name()
    {
        string three = KerasFiles.Path("keras3.weights.h5"), two = KerasFiles.Path("keras2.h5");
        Model without = Chain(new Embedding(3), new Gru(2, true)), lstm = Chain(new Embedding(3), new Lstm(2, true), new Gru(3, true), new Dense(90));
        Assert.Contains("no layer of the specification takes 'layers/bidirectional/forward_layer/cell/vars/0' [2, 8]", Refused(three, Big(without)),
            StringComparison.Ordinal);
        Assert.Contains("no layer of the specification takes 'bidirectional/forward_lstm/lstm_cell/kernel:0' [2, 8]", Refused(two, Big(without)),
            StringComparison.Ordinal);
        Assert.Contains("the file has no lstm layer for 'lstm'", Refused(three, lstm), StringComparison.Ordinal);
        Assert.Contains("more than the whole model", Refused(three, Chain(new Embedding(1))), StringComparison.Ordinal);
        Assert.Contains("the archive has no model.weights.h5", Refused(Archive(three, "other.h5"), KerasFiles.Model), StringComparison.Ordinal);
        Assert.Contains("it cannot be read as HDF5", Refused(_folder.Write("text.h5", "no HDF5 at all"), KerasFiles.Model), StringComparison.Ordinal);
    }

    /// <summary>What a length in such a heap says, the library would allocate.</summary>
    [Fact]
    public void A_fractal_heap_is_refused_as_one() =>
        Assert.Contains("keeps attributes in a fractal heap", Refused(KerasFiles.Path("fractal-heap.weights.h5"), KerasFiles.Model), StringComparison.Ordinal);

    private static Model Chain(params LayerSpec[] layers) => new(new ModelSpec(layers), Shape.Tokens(5));

    /// <summary>The same model with parameters enough for any tensor of the file.</summary>
    private static Model Big(Model model) => new(new ModelSpec([.. model.Spec.Layers, new Activation(ActivationFunction.Tanh)]), Shape.Tokens(5));

    private static string Refused(string path, Model model) => Assert.Throws<InvalidInputException>(() => WeightFile.Read(path, model)).Message;

    private string Npz()
    {
        string path = _folder.File("weights.npz");
        using FileStream stream = File.Create(path);
        NpzFile.Write(stream, Shapes.Select((shape, n) => ($"arr_{n}", NumPyArray.Of(
            [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => n + 1 + (i / 64f))], shape))));
        return path;
    }

    private string Archive(string weights, string entry)
    {
        string path = _folder.File("model.keras");
        File.Delete(path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        archive.CreateEntryFromFile(weights, entry);
        return path;
    }
}
