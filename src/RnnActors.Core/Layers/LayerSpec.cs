using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>A layer's hyperparameters. Its parameters live in the model's one block, its working memory in a <see cref="Layer"/>.</summary>
public abstract record LayerSpec
{
    /// <summary>The name used in specifications and error messages: <c>lstm</c>, <c>dense</c> …</summary>
    public abstract string Kind { get; }

    /// <summary>
    /// The layer's own name, which its parameters and its output have too. Null for its kind, numbered from the second layer of that kind on.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The signals that it reads: inputs of the model or outputs of earlier layers. None for the output of the layer before it.</summary>
    public SignalNames Reads { get; init; } = SignalNames.None;

    /// <summary>False where the parameters are frozen.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The most signals that it reads.</summary>
    public virtual int MaxReads => 1;

    /// <summary>The fewest signals that it reads.</summary>
    public virtual int MinReads => 1;

    /// <summary>Whether it uses parameters of another layer.</summary>
    public virtual bool SharesParameters => false;

    /// <summary>The shape of the output for <paramref name="input"/>.</summary>
    /// <exception cref="InvalidInputException">The layer cannot read such an input.</exception>
    public abstract Shape Output(Shape input);

    /// <summary>All outputs: the main one, which has the layer's name, then others named <c>layer.name</c>.</summary>
    /// <exception cref="InvalidInputException">The layer cannot read such inputs.</exception>
    public virtual IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs) => [new("", Output(inputs[0]))];

    /// <summary>Adds the layer's parameters to the layout.</summary>
    /// <param name="prefix">The prefix of their names: <c>lstm.</c></param>
    public virtual void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
    }

    /// <summary>Checks that rows have as many steps as the layer needs.</summary>
    /// <param name="name">The layer's name, for messages.</param>
    /// <param name="steps">T of the first signal that it reads, or of its longest row.</param>
    /// <param name="isRagged">Whether rows have unequal lengths.</param>
    /// <exception cref="InvalidInputException">The layer cannot read such rows.</exception>
    public virtual void CheckSteps(string name, int steps, bool isRagged)
    {
    }

    /// <summary>Floats of recurrent state per row.</summary>
    public virtual int StateWidth => 0;

    /// <summary>Creates the layer's pass for one replica.</summary>
    public abstract Layer CreateLayer(PassSetup setup);
}
