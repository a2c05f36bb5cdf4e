using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>
/// Layers joined by named signals, in the order in which they are computed: every signal's shape and every parameter's place are known. A chain is the case in
/// which each reads what the one before gives. It holds no values.
/// </summary>
public sealed class Model
{
    private readonly string[] _prefixes;

    /// <summary>A model with one input.</summary>
    /// <exception cref="InvalidInputException">A hyperparameter is out of its range, or a layer cannot take what it reads.</exception>
    public Model(ModelSpec spec, Shape input)
        : this(spec, [new NamedSignal(InputNames.Default, input)])
    {
    }

    /// <param name="inputs">Each with a time axis of its own, unless it says whose it shares.</param>
    /// <exception cref="InvalidInputException">A hyperparameter is out of its range, or a layer cannot take what it reads.</exception>
    public Model(ModelSpec spec, IReadOnlyList<NamedSignal> inputs)
    {
        ModelFormat.Forecast.Check(spec, "model");
        Spec = spec;
        Inputs = [.. inputs.Select((input, axis) => input with { Shape = input.Shape with { Axis = new StepAxis(input.StepsOf ?? axis) } })];
        var network = NetworkPlan.Of(spec, Inputs);
        (Network, _prefixes) = (network, [.. network.Nodes.Select(node => node.Name + ".")]);
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            int first = Layout.Slots.Count;
            spec.Layers[i].Declare(Layout, _prefixes[i], [.. network.Nodes[i].Reads.Select(signal => network.Signals[signal].Shape)]);
            if (!spec.Layers[i].Trainable) Layout.Freeze(first);
        }

        Output = network.Signals[network.Output].Shape;
        StateWidth = spec.Layers.Sum(layer => layer.StateWidth);
    }

    public ModelSpec Spec { get; }

    /// <summary>The first input.</summary>
    public Shape Input => Inputs[0].Shape;

    /// <summary>All inputs; the number of each is the axis of what has its steps.</summary>
    public IReadOnlyList<NamedSignal> Inputs { get; }

    /// <summary>What the last layer gives.</summary>
    public Shape Output { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Floats of recurrent state a row: what is carried from chunk to chunk of a stream.</summary>
    public int StateWidth { get; }

    /// <summary>All signals by their numbers: the inputs, then what each layer gives.</summary>
    public IReadOnlyList<NamedSignal> Signals => Network.Signals;

    /// <summary>Who reads what.</summary>
    internal NetworkPlan Network { get; }

    /// <summary>Values that a pass over a batch multiplies by, whatever its rows are: those of all
    /// matrices but an embedding's, of which each token reads a row.</summary>
    internal long WeightCount => Layout.Slots
        .Where((slot, i) => slot.Columns > 0 && !(i == 0 && Spec.Layers[0] is Embedding))
        .Sum(slot => (long)slot.Length);

    /// <summary>A layer's name, as its parameters' names begin: <c>lstm</c>, <c>dense_1</c>.</summary>
    public string NameOf(int layer) => _prefixes[layer].TrimEnd('.');

    /// <summary>What a layer gives.</summary>
    public Shape OutputOf(int layer) => Network.Signals[Network.Nodes[layer].FirstOutput].Shape;

    /// <summary>The numbers of the signals that a layer reads.</summary>
    public IReadOnlyList<int> ReadsOf(int layer) => Network.Nodes[layer].Reads;

    /// <summary>The index of a layer's first output signal; its other outputs follow.</summary>
    public int FirstSignalOf(int layer) => Network.Nodes[layer].FirstOutput;

    /// <summary>New parameters, as the layers' initialisers say: a pure function of the model and the seed.</summary>
    public AlignedBuffer CreateParameters(ulong seed)
    {
        var block = new AlignedBuffer(Layout.Length);
        ParameterInitialization.Fill(Layout, block.Memory, seed);
        return block;
    }

    internal PassSetup Setup(int layer, IReadOnlyList<SignalBuffer> inputs, int capacity, bool training) =>
        new(inputs, capacity, training, layer, layer == Spec.Layers.Count - 1, _prefixes[layer], Layout)
        {
            HasOneReader = Network.ReadersOf(Network.Nodes[layer].FirstOutput) <= 1
                && !Spec.Layers.Any(other => other is TiedDense tied && tied.Embedding == NameOf(layer)),
            IsRead = output => Network.ReadersOf(Network.Nodes[layer].FirstOutput + output) > 0,
        };
}
