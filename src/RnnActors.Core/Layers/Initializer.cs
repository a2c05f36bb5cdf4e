using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>How a weight matrix starts.</summary>
public abstract record Initializer
{
    /// <summary>Uniform in ±√(6 / (fan in + fan out)), each gate's matrix by itself. Glorot and Bengio 2010; Keras's default for input weights.</summary>
    public static readonly Initializer GlorotUniform = new GlorotUniformInitializer();

    /// <summary>A random orthogonal matrix, each gate's by itself. Saxe et al. 2013; Keras's default for recurrent weights.</summary>
    public static readonly Initializer Orthogonal = new OrthogonalInitializer();

    /// <summary>Uniform in ±1/√H, the biases too (H the units of a recurrent layer, the fan in of another): PyTorch's default.</summary>
    public static readonly Initializer PyTorch = new PyTorchInitializer();

    /// <summary>Uniform in ±<paramref name="limit"/>.</summary>
    public static Initializer Uniform(double limit) => new UniformInitializer(limit);

    /// <summary>How a (rows, columns) weight of <paramref name="gates"/> stacked matrices starts.</summary>
    /// <param name="width">What PyTorch's limit is taken from: 1/√width.</param>
    public StartingValue Start(int rows, int columns, int gates, int width) => this switch
    {
        GlorotUniformInitializer => new UniformStart(Math.Sqrt(6.0 / ((rows / gates) + columns))),
        OrthogonalInitializer => new OrthogonalStart(gates),
        PyTorchInitializer => new UniformStart(1 / Math.Sqrt(width)),
        UniformInitializer uniform => new UniformStart(uniform.Limit),
        _ => throw new NotSupportedException($"{GetType().Name} makes no matrix."),
    };

    /// <summary>How the biases beside such a weight start: at zero, but as the weight does in PyTorch.</summary>
    public StartingValue BiasStart(int width) => this is PyTorchInitializer ? new UniformStart(1 / Math.Sqrt(width)) : StartingValue.Zero;
}

public sealed record GlorotUniformInitializer : Initializer;

public sealed record OrthogonalInitializer : Initializer;

public sealed record PyTorchInitializer : Initializer;

/// <param name="Limit">Values lie in [-Limit, Limit).</param>
public sealed record UniformInitializer(double Limit) : Initializer;
