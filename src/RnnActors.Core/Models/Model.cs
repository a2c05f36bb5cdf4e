using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Models;

/// <summary>A stack of layers joined to its input: every signal's shape and every parameter's place are known. It holds no values.</summary>
public sealed class Model
{
    private readonly string[] _prefixes;

    /// <exception cref="InvalidInputException">A hyperparameter is out of its range, or a layer cannot take what the one below it gives.</exception>
    public Model(ModelSpec spec, Signal input)
    {
        ModelFormat.Forecast.Check(spec, "model");
        (Spec, Input) = (spec, input);
        _prefixes = new string[spec.Layers.Count];
        var signal = input;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            var layer = spec.Layers[i];
            int before = spec.Layers.Take(i).Count(other => other.Kind == layer.Kind);
            _prefixes[i] = before == 0 ? $"{layer.Kind}." : $"{layer.Kind}_{before}.";
            var output = layer.Output(signal);
            layer.Declare(Layout, _prefixes[i], signal);
            signal = output;
        }

        Output = signal;
        StateWidth = spec.Layers.Sum(layer => layer.StateWidth);
    }

    public ModelSpec Spec { get; }

    public Signal Input { get; }

    public Signal Output { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Floats of recurrent state a row: what is carried from chunk to chunk of a stream.</summary>
    public int StateWidth { get; }

    /// <summary>Values that a pass over a batch multiplies by, whatever its rows are: those of all matrices but an embedding's, of which each token reads a row.</summary>
    internal long WeightCount => Layout.Slots
        .Where((slot, i) => slot.Columns > 0 && !(i == 0 && Spec.Layers[0] is Embedding))
        .Sum(slot => (long)slot.Length);

    /// <summary>A layer's name, as its parameters' names begin: <c>lstm</c>, <c>dense_1</c>.</summary>
    public string NameOf(int layer) => _prefixes[layer].TrimEnd('.');

    /// <summary>New parameters, as the layers' initialisers say: a pure function of the model and the seed.</summary>
    public AlignedBuffer CreateParameters(ulong seed)
    {
        var block = new AlignedBuffer(Layout.Length);
        ParameterInitialization.Fill(Layout, block.Memory, seed);
        return block;
    }

    internal PassSetup Setup(int layer, SignalBuffer input, int capacity, bool training) =>
        new(input, capacity, training, layer, layer == Spec.Layers.Count - 1, _prefixes[layer], Layout);
}
