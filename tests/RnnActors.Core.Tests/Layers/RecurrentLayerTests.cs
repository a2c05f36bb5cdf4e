using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>How a pass lays its memory out, which changes no value.</summary>
public class RecurrentLayerTests
{
    public static TheoryData<Recurrent> CellsOfGates =>
        [new Lstm(256), new Lstm(512), new Gru(1024), new Lstm(250), new Gru(7), new MinGru(512), new MinLstm(1024)];

    /// <summary>Rows of 256 units' gates would share a place of the first-level cache.</summary>
    [Theory]
    [MemberData(nameof(CellsOfGates))]
    public void Gates_of_neighbouring_rows_never_share_a_place_of_the_cache(Recurrent cell)
    {
        int stride = Pass(cell).GateStride;
        Assert.Equal(MatMul.StrideFor(cell.Gates * cell.Units), stride);
        Assert.False(PackedProduct.MayConflict(stride));
    }

    /// <summary>Its activation runs over the gates of all rows at once.</summary>
    [Fact]
    public void A_cell_of_one_gate_leaves_no_gap() => Assert.Equal(1024, Pass(new SimpleRnn(1024)).GateStride);

    private static RecurrentLayer Pass(Recurrent cell)
    {
        var signal = new Shape(3);
        var model = new Model(new ModelSpec([cell]), signal);
        SignalBuffer input = new(2, 1, signal, needsGradient: false), output = new(2, 1, new Shape(cell.Units), needsGradient: false);
        return cell.CreateCell(new RecurrentPlace(input, output, 0, Recurrent.Suffix(0, 0), 0, model.Setup(0, [input], capacity: 1, training: false)));
    }
}
