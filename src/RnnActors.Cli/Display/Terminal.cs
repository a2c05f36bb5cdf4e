using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using Spectre.Console;

namespace RnnActors.Cli.Display;

/// <summary>The program's output streams, what they can display, and how the program was started.</summary>
internal sealed class Terminal
{
    private const int PlainWidth = 100;

    /// <summary>Work that takes less than this is not announced.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.7);

    internal Terminal(TextWriter output, TextWriter error, IAnsiConsole console, bool isLive, TextPlotCharacters characters, Invocation invocation) =>
        (Output, Error, Console, IsLive, Characters, Invocation) = (output, error, console, isLive, characters, invocation);

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Tables and colours, on <see cref="Output"/>; without colours if it is not a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether the output is a terminal, so that lines can be redrawn.</summary>
    public bool IsLive { get; }

    public TextPlotCharacters Characters { get; }

    public Invocation Invocation { get; }

    /// <summary>The command as the user can type it again.</summary>
    public string? Command { get; set; }

    /// <summary>The terminal of the process.</summary>
    public static Terminal Standard()
    {
        bool isLive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        TextWriter error = System.Console.IsErrorRedirected ? System.Console.Error : new WrappedWriter(System.Console.Error, WidthOfError);
        return new Terminal(
            System.Console.Out, error, isLive ? AnsiConsole.Console : Plain(System.Console.Out), isLive,
            TextPlot.CharactersFor(System.Console.OutputEncoding), Invocation.OfThisProcess());
    }

    private static int WidthOfError()
    {
        try
        {
            return System.Console.WindowWidth;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>A terminal that writes plain text.</summary>
    public static Terminal ToWriters(TextWriter output, TextWriter error)
    {
        // Synchronized like those of a process: parallel runs write whole lines.
        (output, error) = (TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        return new(output, error, Plain(output), false, TextPlotCharacters.Braille, new Invocation("rnnactors"));
    }

    /// <summary>Writes a line to <see cref="Output"/>, wrapped between words on a terminal.</summary>
    /// <param name="indent">The indentation of further lines.</param>
    public void Say(string text, int indent = 2)
    {
        foreach (string line in IsLive ? WrappedWriter.Wrap(text, Console.Profile.Width, indent) : [text]) Output.WriteLine(line);
    }

    /// <summary>Does work that may take a while, with a spinner on a terminal.</summary>
    /// <param name="what">The work: <c>reading a.csv</c>.</param>
    public T Busy<T>(string what, Func<T> work)
    {
        if (!IsLive) return work();
        Task<T> done = Task.Run(work);
        if (Task.WaitAny([done], Moment) < 0) Console.Status().Start(Markup.Escape(what), _ => Task.WaitAny(done));
        return done.GetAwaiter().GetResult();
    }

    /// <summary>Shows the cursor again, which a live view hides.</summary>
    public void Restore()
    {
        if (IsLive) Console.Cursor.Show();
    }

    private static IAnsiConsole Plain(TextWriter output)
    {
        var settings = new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        };
        settings.Enrichment.UseDefaultEnrichers = false;
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = PlainWidth;
        return console;
    }
}
