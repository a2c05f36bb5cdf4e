namespace RnnActors.Training.Hosting;

/// <summary>A configuration source whose keys have other names for people, such as command-line options. Errors use the name that was written.</summary>
public interface ISettingNames
{
    /// <param name="key">With its section: <c>RnnActors:Port</c>.</param>
    string NameOf(string key);
}
