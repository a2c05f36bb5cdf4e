using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>A layer's hyperparameters. The parameters live in the model's one block, the working memory in a pass.</summary>
public abstract record LayerSpec
{
    /// <summary>The name used in specifications and error messages: <c>lstm</c>, <c>dense</c> …</summary>
    public abstract string Kind { get; }

    /// <summary>The layer's own name: of its parameters and of what it gives. Null for its kind, numbered from the second one on.</summary>
    public string? Name { get; init; }

    /// <summary>The signals that it reads: inputs of the model, or what layers before it give. None for what the layer before it gives.</summary>
    public SignalNames Reads { get; init; } = SignalNames.None;

    /// <summary>False for frozen parameters, which keep their values.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The most signals that it reads.</summary>
    public virtual int MaxReads => 1;

    /// <summary>The fewest signals that it reads.</summary>
    public virtual int MinReads => 1;

    /// <summary>Whether it reads parameters of another layer.</summary>
    public virtual bool SharesParameters => false;

    /// <summary>What the layer makes of <paramref name="input"/>.</summary>
    /// <exception cref="InvalidInputException">The layer cannot take such an input.</exception>
    public abstract Shape Output(Shape input);

    /// <summary>All that the layer gives: what it makes of its inputs, which is named as the layer is, then signals named <c>layer.name</c>.</summary>
    /// <exception cref="InvalidInputException">The layer cannot take such inputs.</exception>
    public virtual IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs) => [new("", Output(inputs[0]))];

    /// <summary>Adds the layer's parameters to the layout.</summary>
    /// <param name="prefix">What their names begin with: <c>lstm.</c></param>
    public virtual void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
    }

    /// <summary>Refuses rows that have not the number of steps that it needs.</summary>
    /// <param name="name">What the layer is called.</param>
    /// <param name="steps">T of the first signal that it reads, or of its longest row.</param>
    /// <param name="isRagged">Whether rows have lengths of their own.</param>
    /// <exception cref="InvalidInputException">The layer cannot read such rows.</exception>
    public virtual void CheckSteps(string name, int steps, bool isRagged)
    {
    }

    /// <summary>Floats of recurrent state a row.</summary>
    public virtual int StateWidth => 0;

    /// <summary>The layer at work, for one replica.</summary>
    public abstract Layer CreateLayer(PassSetup setup);
}
