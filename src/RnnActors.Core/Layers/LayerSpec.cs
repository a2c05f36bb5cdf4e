using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>A layer's hyperparameters. The parameters live in the model's one block, the working memory in a pass.</summary>
public abstract record LayerSpec
{
    /// <summary>The name used in specifications and error messages: <c>lstm</c>, <c>dense</c> …</summary>
    public abstract string Kind { get; }

    /// <summary>What the layer makes of <paramref name="input"/>.</summary>
    /// <exception cref="Problems.InvalidInputException">The layer cannot take such an input.</exception>
    public abstract Signal Output(Signal input);

    /// <summary>Adds the layer's parameters to the layout.</summary>
    /// <param name="prefix">What their names begin with: <c>lstm.</c></param>
    public virtual void Declare(ParameterLayout layout, string prefix, Signal input)
    {
    }

    /// <summary>Floats of recurrent state a row.</summary>
    public virtual int StateWidth => 0;

    /// <summary>The layer at work, for one replica.</summary>
    public abstract LayerPass CreatePass(PassSetup setup);
}
