using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>
/// Layers joined by named signals, in the order in which they are computed. The shape of every signal and the place of every parameter are known. In a chain
/// each layer reads the output of the one before. A model holds no values.
/// </summary>
public sealed class Model
{
    private readonly string[] _prefixes;

    /// <summary>A model with one input.</summary>
    /// <exception cref="InvalidInputException">A hyperparameter is out of range, or a layer cannot take what it reads.</exception>
    public Model(ModelSpec spec, Shape input)
        : this(spec, [new NamedSignal(InputNames.Default, input)])
    {
    }

    /// <param name="inputs">Each has a time axis of its own, unless its shape names the input whose axis it shares.</param>
    /// <exception cref="InvalidInputException">A hyperparameter is out of range, or a layer cannot take what it reads.</exception>
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

    /// <summary>All inputs. An input's index identifies its time axis in the shapes of signals.</summary>
    public IReadOnlyList<NamedSignal> Inputs { get; }

    /// <summary>The shape of the last layer's output.</summary>
    public Shape Output { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Floats of recurrent state per row, which are carried from chunk to chunk of a stream.</summary>
    public int StateWidth { get; }

    /// <summary>All signals by index: the inputs, then each layer's outputs.</summary>
    public IReadOnlyList<NamedSignal> Signals => Network.Signals;

    /// <summary>Which layer reads which signals.</summary>
    internal NetworkPlan Network { get; }

    /// <summary>The number of weights that every pass multiplies by: those of all matrices except embeddings, of which a token reads one row.</summary>
    internal long WeightCount => Layout.Slots
        .Where((slot, i) => slot.Columns > 0 && !(i == 0 && Spec.Layers[0] is Embedding))
        .Sum(slot => (long)slot.Length);

    /// <summary>A layer's name, which is the prefix of its parameters' names: <c>lstm</c>, <c>dense_1</c>.</summary>
    public string NameOf(int layer) => _prefixes[layer].TrimEnd('.');

    /// <summary>The shape of a layer's (first) output.</summary>
    public Shape OutputOf(int layer) => Network.Signals[Network.Nodes[layer].FirstOutput].Shape;

    /// <summary>The indices of the signals that a layer reads.</summary>
    public IReadOnlyList<int> ReadsOf(int layer) => Network.Nodes[layer].Reads;

    /// <summary>The index of a layer's first output signal; its other outputs follow.</summary>
    public int FirstSignalOf(int layer) => Network.Nodes[layer].FirstOutput;

    /// <summary>New parameters from the layers' initialisers: a pure function of the model and the seed.</summary>
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
