import java.awt.image.BufferedImage;
import java.io.File;
import java.io.FileOutputStream;
import javax.imageio.ImageIO;

/** Writes the pixels that ImageIO decodes as a binary PPM: java Reader.java IN.jpg OUT.ppm. */
public class Reader {
    public static void main(String[] args) throws Exception {
        BufferedImage picture = ImageIO.read(new File(args[0]));
        int w = picture.getWidth(), h = picture.getHeight();
        byte[] out = new byte[3 * w * h];
        for (int y = 0, i = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int rgb = picture.getRGB(x, y);
                out[i++] = (byte) (rgb >> 16);
                out[i++] = (byte) (rgb >> 8);
                out[i++] = (byte) rgb;
            }
        }
        try (FileOutputStream file = new FileOutputStream(args[1])) {
            file.write(("P6\n" + w + " " + h + "\n255\n").getBytes("US-ASCII"));
            file.write(out);
        }
    }
}
