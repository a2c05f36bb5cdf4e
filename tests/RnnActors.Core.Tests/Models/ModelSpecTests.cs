using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Models;

public class ModelSpecTests
{
    [Theory]
    [InlineData(false, 0, 7)]
    [InlineData(true, 0, 14)]
    [InlineData(false, 3, 3)]
    public void Other_units_keep_a_tied_embedding_as_wide_as_what_is_compared_with_it(bool bidirectional, int projection, int expected)
    {
        Lstm lstm = new(4) { ReturnSequences = true, Bidirectional = bidirectional, Projection = projection };
        ModelSpec changed = new ModelSpec([new Embedding(4), new Dropout(0.1), lstm, new Dropout(0.1), new TiedDense("embedding", 9)]).WithRecurrent(7, 2);
        Assert.Equal(expected, Assert.IsType<Embedding>(changed.Layers[0]).Units);
        Assert.Equal((7, 2), Assert.IsType<Lstm>(changed.Layers[2]) is var own ? (own.Units, own.Layers) : default);
        Assert.Equal(9, new Model(changed, Shape.Tokens(9)).Layout.Slots.First(slot => slot.Name.EndsWith("weight", StringComparison.Ordinal)).Rows);
    }

    [Fact]
    public void Other_units_leave_an_embedding_alone_that_a_dense_layer_is_compared_with()
    {
        ModelSpec changed = new ModelSpec([new Embedding(4), new Gru(4, true), new Dense(4), new TiedDense("embedding", 9)]).WithRecurrent(7, null);
        Assert.Equal(4, Assert.IsType<Embedding>(changed.Layers[0]).Units);
        Assert.Equal(7, Assert.IsType<Gru>(changed.Layers[1]).Units);
        _ = new Model(changed, Shape.Tokens(9));
    }
}
